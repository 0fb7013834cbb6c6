import { Activity, Archive, FlaskConical, FolderSync, HardDrive, ListChecks, UserRound, UsersRound } from '@lucide/vue'
import type { Component, FunctionalComponent } from 'vue'

/** A part of the administrator's page, loaded when it is opened. */
export interface Section {
  /** Stands in its address. */
  id: string
  title: string
  icon: FunctionalComponent
  page: () => Promise<{ default: Component }>
}

/** What there is to look after, in the order of the list beside it. */
export const SECTIONS: Section[] = [
  { id: 'people', title: 'People', icon: UserRound, page: () => import('./PeopleSection.vue') },
  { id: 'groups', title: 'Groups', icon: UsersRound, page: () => import('./GroupsSection.vue') },
  { id: 'inventory', title: 'Inventory', icon: FlaskConical, page: () => import('./InventorySection.vue') },
  { id: 'remotes', title: 'Remote files', icon: FolderSync, page: () => import('./RemotesSection.vue') },
  { id: 'backups', title: 'Backups', icon: Archive, page: () => import('./BackupsSection.vue') },
  { id: 'jobs', title: 'Jobs', icon: ListChecks, page: () => import('./JobsSection.vue') },
  { id: 'storage', title: 'Storage', icon: HardDrive, page: () => import('./StorageSection.vue') },
  { id: 'server', title: 'Server', icon: Activity, page: () => import('./ServerSection.vue') },
]

/** The name of a section's route. */
export const routeOf = ({ id }: Pick<Section, 'id'>): string => `administration-${id}`

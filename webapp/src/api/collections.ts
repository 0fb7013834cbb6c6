import { ask, at } from './client'
import type { Collection, Page } from './types'

export interface NewCollection {
  collection_id: string
  title?: string
  description?: string
  items?: string[]
}

export type CollectionChange = Partial<Pick<Collection, 'title' | 'description'>>

export const listCollections = (
  query: { q?: string, cursor?: string, limit?: number } = {}, signal?: AbortSignal,
) => ask<Page<Collection>>('GET', '/v1/collections', { query, signal })

export const getCollection = (collectionId: string, signal?: AbortSignal) =>
  ask<Collection>('GET', at('collections', collectionId), { signal })

export const addCollection = (collection: NewCollection) =>
  ask<Collection>('POST', '/v1/collections', { body: collection })

export const changeCollection = (collectionId: string, change: CollectionChange, edit?: number) =>
  ask<Collection>('PATCH', at('collections', collectionId), { body: { ...change, edit } })

/** Hides a collection; its items stay. */
export const deleteCollection = (collectionId: string) => ask<void>('DELETE', at('collections', collectionId))

export const restoreCollection = (collectionId: string) =>
  ask<Collection>('POST', at('collections', collectionId, 'restore'))

export const addToCollection = (collectionId: string, refcode: string) =>
  ask<void>('PUT', at('collections', collectionId, 'items', refcode))

export const removeFromCollection = (collectionId: string, refcode: string) =>
  ask<void>('DELETE', at('collections', collectionId, 'items', refcode))

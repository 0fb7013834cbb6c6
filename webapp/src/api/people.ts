import { ask, at } from './client'
import type { ApiKey, GroupSummary, Info, Page, Person, PersonSummary } from './types'

/** What anybody may know of this lab, signed in or not. */
export const getInfo = (signal?: AbortSignal) => ask<Info>('GET', '/v1/info', { signal })

export const getMe = (signal?: AbortSignal) => ask<Person>('GET', '/v1/me', { signal })

export const changeMe = (change: Partial<Pick<Person, 'display_name' | 'contact_email'>>) =>
  ask<Person>('PATCH', '/v1/me', { body: change })

export const signOut = () => ask<void>('DELETE', '/v1/session')

export const findPeople = (q: string, signal?: AbortSignal) =>
  ask<Page<PersonSummary>>('GET', '/v1/people', { query: { q }, signal })

export const findGroups = (q: string, signal?: AbortSignal) =>
  ask<Page<GroupSummary>>('GET', '/v1/groups', { query: { q }, signal })

export const listApiKeys = (signal?: AbortSignal) => ask<{ items: ApiKey[] }>('GET', '/v1/api-keys', { signal })

/** The key itself is in this answer and never again. */
export const addApiKey = (name: string) => ask<ApiKey & { key: string }>('POST', '/v1/api-keys', { body: { name } })

export const deleteApiKey = (id: string) => ask<void>('DELETE', at('api-keys', id))

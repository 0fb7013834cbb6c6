/** People and groups as administrators look after them. */
import { ask, at } from './client'
import type {
  AccountInFull, AccountRow, ApiKey, Group, GroupRow, GroupUse, Job, MergePreview, Page, PersonChange,
} from './types'

export interface AccountsAsked {
  q?: string
  status?: string[]
  role?: string[]
  group?: string
  cursor?: string
  limit?: number
}

export const listAccounts = (query: AccountsAsked, signal?: AbortSignal) =>
  ask<Page<AccountRow>>('GET', '/v1/people/accounts', { query: { ...query }, signal })

export const getAccount = (id: string, signal?: AbortSignal) => ask<AccountInFull>('GET', at('people', id), { signal })

export const addAccount = (person: { display_name: string, contact_email: string | null, role: AccountRow['role'] }) =>
  ask<AccountInFull>('POST', '/v1/people', { body: person })

export const changeAccount = (id: string, change: PersonChange) =>
  ask<AccountInFull>('PATCH', at('people', id), { body: change })

/** The key itself is in this answer and never again. */
export const addKeyFor = (id: string, name: string) =>
  ask<ApiKey & { key: string }>('POST', at('people', id, 'api-keys'), { body: { name } })

export const deleteKeyOf = (id: string, key: string) => ask<void>('DELETE', at('people', id, 'api-keys', key))

/** A link that signs the person in once, within a day. */
export const addSignInLink = (id: string) => ask<{ link: string }>('POST', at('people', id, 'sign-in-link'))

/** What handing all of `gone` to `kept` would change. */
export const previewMerge = (kept: string, gone: string, signal?: AbortSignal) =>
  ask<MergePreview>('GET', at('people', kept, 'merge'), { query: { gone }, signal })

export const mergeAccounts = (kept: string, gone: string) =>
  ask<Job>('POST', at('people', kept, 'merge'), { body: { person_id: gone } })

/** All groups, with which contains which. */
export const outlineGroups = (signal?: AbortSignal) => ask<Page<GroupRow>>('GET', '/v1/groups/outline', { signal })

export const getGroup = (id: string, signal?: AbortSignal) => ask<Group>('GET', at('groups', id), { signal })

export const addGroup = (group: { group_id: string, display_name: string, description?: string | null }) =>
  ask<Group>('POST', '/v1/groups', { body: group })

export const changeGroup = (
  id: string,
  change: { group_id?: string, display_name?: string, description?: string | null, managers?: string[] },
) => ask<Group>('PATCH', at('groups', id), { body: change })

export const getGroupUse = (id: string, signal?: AbortSignal) => ask<GroupUse>('GET', at('groups', id, 'use'), { signal })

export const deleteGroup = (id: string) => ask<void>('DELETE', at('groups', id))

/** What stands in a group: people, or other groups. */
export type Belonging = 'members' | 'groups'

export const addToGroup = (id: string, what: Belonging, one: string) => ask<void>('PUT', at('groups', id, what, one))

export const removeFromGroup = (id: string, what: Belonging, one: string) => ask<void>('DELETE', at('groups', id, what, one))

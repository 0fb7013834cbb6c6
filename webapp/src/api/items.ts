import { ask, at, type Query } from './client'
import type { BatchAnswer, Graph, Item, ItemType, NewItem, Page, Relationships, Row, Version } from './types'

export interface ItemsQuery extends Query {
  type?: ItemType[]
  status?: string[]
  creator?: string[]
  collection?: string[]
  date_from?: string
  date_to?: string
  q?: string
  sort?: string
  cursor?: string
  limit?: number
}

/** A page of rows that the caller may see. */
export const listItems = (query: ItemsQuery, signal?: AbortSignal) =>
  ask<Page<Row>>('GET', '/v1/items', { query, signal })

export const getItem = (refcode: string, signal?: AbortSignal) => ask<Item>('GET', at('items', refcode), { signal })

export const addItem = (item: NewItem) => ask<Item>('POST', '/v1/items', { body: item })

/** Many at once; each succeeds or fails on its own, in the order sent. */
export const addItems = (items: NewItem[]) =>
  ask<{ items: BatchAnswer[] }>('POST', '/v1/items/batch', { body: { items } }).then((answer) => answer.items)

/** Saves a change made from `edit`; 409 brings `current` and `changed` when somebody else saved first. */
export const changeItem = (refcode: string, change: Record<string, unknown>, edit?: number, signal?: AbortSignal) =>
  ask<Item>('PATCH', at('items', refcode), { body: change, ifMatch: edit, signal })

/** Hides an item; `restoreItem` brings it back. */
export const deleteItem = (refcode: string) =>
  ask<{ refcode: string, deleted_at: string }>('DELETE', at('items', refcode))

export const restoreItem = (refcode: string) => ask<Item>('POST', at('items', refcode, 'restore'))

export const getRelationships = (refcode: string, signal?: AbortSignal) =>
  ask<Relationships>('GET', at('items', refcode, 'relationships'), { signal })

export const getItemGraph = (refcode: string, depth = 1, signal?: AbortSignal) =>
  ask<Graph>('GET', at('items', refcode, 'graph'), { query: { depth }, signal })

export const getGraph = (query: { collection?: string, type?: ItemType[] }, signal?: AbortSignal) =>
  ask<Graph>('GET', '/v1/graph', { query, signal })

export const listVersions = (refcode: string, signal?: AbortSignal) =>
  ask<Page<Version>>('GET', at('items', refcode, 'versions'), { signal })

/** The item as it stood then: its fields, by name. */
export const getVersion = (refcode: string, version: number, signal?: AbortSignal) =>
  ask<Record<string, unknown>>('GET', at('items', refcode, 'versions', version), { signal })

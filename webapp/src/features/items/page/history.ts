import type { Item } from '@/api/types'
import { fieldOf } from './fields'
import { same } from './merge'

/** A field that was something else in an older state. */
export interface Difference {
  field: string
  then: unknown
  today: unknown
}

const IN_THE_HEAD = ['name', 'status']

/** Fields that people type and that differ; what the server works out is left out. */
export function differences(today: Item, then: Record<string, unknown>): Difference[] {
  return Object.keys(today)
    .filter((field) => (fieldOf(today.type, field) || IN_THE_HEAD.includes(field)) && !today.computed_fields.includes(field))
    .filter((field) => !same(today[field], then[field]))
    .map((field) => ({ field, then: then[field], today: today[field] }))
}

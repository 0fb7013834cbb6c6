import type { RouteLocationRaw } from 'vue-router'
import type { ItemType } from '@/api/types'

export interface TypeWords {
  one: string
  many: string
  /** The page of its table. */
  place: string
}

export const TYPES: Record<ItemType, TypeWords> = {
  samples: { one: 'Sample', many: 'Samples', place: 'samples' },
  cells: { one: 'Cell', many: 'Cells', place: 'samples' },
  starting_materials: { one: 'Starting material', many: 'Starting materials', place: 'inventory' },
  equipment: { one: 'Equipment', many: 'Equipment', place: 'equipment' },
}

export const ITEM_TYPES = Object.keys(TYPES) as ItemType[]

type Tone = 'good' | 'open' | 'warning' | 'bad' | 'quiet'

const TONES: Record<string, Tone> = {
  active: 'good', available: 'good', working: 'good', completed: 'good', cycled: 'good',
  planned: 'open', ordered: 'open', being_fixed: 'warning', unavailable: 'warning', exhausted: 'warning',
  failed: 'bad', shorted: 'bad', broken: 'bad', not_being_fixed: 'bad',
}

/** How a status stands, for its dot. */
export const statusTone = (status: string): Tone => TONES[status] ?? 'quiet'

/** A status as one says it: `being_fixed` is "Being fixed". */
export function statusWords(status: string): string {
  const words = status.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** A status as it is stored, from how one says it. */
export const statusValue = (words: string) => words.trim().toLowerCase().replaceAll(/[\s_-]+/g, '_')

/** Where an item's own page is. */
export const itemPage = (refcode: string): RouteLocationRaw => ({ name: 'item', params: { refcode } })

import type { Constituent, Row } from '@/api/types'

const UNIT = 'g'

/** A row for an item of the lab. */
export const ofItem = ({ type, refcode, item_id, name, chemform }: Row): Constituent => ({
  item: { type, refcode, item_id, name, chemform }, quantity: null, unit: UNIT,
})

/** A row for a substance that the lab does not keep. */
export const ofSubstance = (name: string): Constituent => ({ item: { name, chemform: null }, quantity: null, unit: UNIT })

/** A list with one of its members somewhere else; `to` beyond either end is the end. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const place = Math.max(0, Math.min(to, list.length - 1))
  const rest = list.toSpliced(from, 1)
  return rest.toSpliced(place, 0, list[from] as T)
}

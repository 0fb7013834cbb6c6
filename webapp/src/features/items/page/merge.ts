/** What somebody changed, by field. */
export type Changes = Record<string, unknown>

/** A field that two people gave different values. */
export interface Clash {
  field: string
  mine: unknown
  theirs: unknown
}

/**
 * What is left of my changes once somebody else's save is taken in.
 *
 * @param base the item as it was when I began to type
 * @param mine what I changed since
 * @param theirs the item as it is now
 * @returns `changes` to send on top of theirs, and `clashes` that only a person can settle
 */
export function merged(base: object, mine: Changes, theirs: object): { changes: Changes, clashes: Clash[] } {
  const before = base as Changes
  const now = theirs as Changes
  const changes: Changes = {}
  const clashes: Clash[] = []
  for (const [field, value] of Object.entries(mine)) {
    if (same(value, now[field])) continue
    if (same(before[field], now[field])) changes[field] = value
    else clashes.push({ field, mine: value, theirs: now[field] })
  }
  return { changes, clashes }
}

/** Whether two values of a field are the same; an empty text is no text. */
export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one === '' ? null : one ?? null) === JSON.stringify(other === '' ? null : other ?? null)
}

/** One field that I changed: what it was when I began, and what it is to be. */
export interface Change {
  was: unknown
  value: unknown
}

/** What I changed, by field. */
export type Changes = Record<string, Change>

/** A field that two people gave different values. */
export interface Clash {
  field: string
  was: unknown
  mine: unknown
  theirs: unknown
}

/** An item, with the fields whose values the server worked out because nobody gave them. */
interface Fields {
  [field: string]: unknown
  computed_fields?: string[]
}

/** What somebody gave a field: nothing where the server worked its value out. */
export function given(item: Fields, field: string): unknown {
  return item.computed_fields?.includes(field) ? null : item[field]
}

/**
 * My changes against an item as it stands now, field by field.
 *
 * @returns `open`: fields that nobody else touched, to be sent; `clashes`: fields that somebody else gave another value,
 *   which only a person can settle. A field that has my value already is in neither.
 */
export function compared(changes: Changes, now: Fields): { open: Record<string, unknown>, clashes: Clash[] } {
  const open: Record<string, unknown> = {}
  const clashes: Clash[] = []
  for (const [field, { was, value }] of Object.entries(changes)) {
    const theirs = given(now, field)
    if (same(value, theirs)) continue
    if (same(was, theirs)) open[field] = value
    else clashes.push({ field, was, mine: value, theirs })
  }
  return { open, clashes }
}

/** Changes with one field more, or one less when it is what it was. */
export function changed(changes: Changes, field: string, value: unknown, now: Fields): Changes {
  const { [field]: before, ...rest } = changes
  const was = before ? before.was : given(now, field)
  return same(value, was) ? rest : { ...rest, [field]: { was, value } }
}

/**
 * What is still to be sent once `saved` is there: fields that it has as I want them are done, and what I typed on after
 * `sent` now starts from what was saved.
 */
export function remaining(changes: Changes, sent: Record<string, unknown>, saved: Fields): Changes {
  const left: Changes = {}
  for (const [field, change] of Object.entries(changes)) {
    const theirs = given(saved, field)
    if (!(field in sent)) left[field] = change
    else if (!same(change.value, sent[field]) && !same(change.value, theirs)) left[field] = { was: theirs, value: change.value }
  }
  return left
}

/** Changes without those that an item has already, whoever saved them. */
export function unfinished(changes: Changes, now: Fields): Changes {
  return Object.fromEntries(Object.entries(changes).filter(([field, { value }]) => !same(value, given(now, field))))
}

/** An item with what I changed on top. */
export function withChanges<T extends Fields>(item: T, changes: Changes): T {
  const mine = Object.fromEntries(Object.entries(changes).map(([field, { value }]) => [field, value]))
  const computed = item.computed_fields?.filter((field) => !(field in changes))
  return { ...item, ...mine, ...(computed && { computed_fields: computed }) }
}

/** Whether two values of a field are the same; an empty text is no text. */
export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one === '' ? null : one ?? null) === JSON.stringify(other === '' ? null : other ?? null)
}

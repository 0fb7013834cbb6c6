/** A column of a table; what stands in its cells is given by the slot of its id. */
export interface Column {
  id: string
  title: string
  /** Pixels; columns that grow share what is left. */
  width: number
  grow?: boolean
  /** Numbers stand at the end. */
  align?: 'start' | 'end'
  /** What the server sorts by when the head is clicked. */
  sortKey?: string
  /** The way the first click sorts. */
  firstSort?: 'up' | 'down'
  /** Stays on a narrow screen. */
  narrow?: boolean
  /** Shown until somebody chooses otherwise. */
  byDefault?: boolean
  /** Cannot be hidden. */
  fixed?: boolean
}

export type SortState = 'up' | 'down' | undefined

/** How a column is sorted by `sort`, e.g. `-date` for the newest first. */
export function sortState(column: Column, sort: string | undefined): SortState {
  if (!column.sortKey || !sort) return undefined
  if (sort === column.sortKey) return 'up'
  return sort === `-${column.sortKey}` ? 'down' : undefined
}

/** The sort after a click on a column's head: its first way, then the other, then back. */
export function nextSort(column: Column, sort: string | undefined): string | undefined {
  const up = column.sortKey
  if (!up) return sort
  const state = sortState(column, sort)
  if (!state) return column.firstSort === 'down' ? `-${up}` : up
  return state === 'up' ? `-${up}` : up
}

/** Keys between two rows, both included, in either direction. */
export function between(keys: readonly string[], from: string, to: string): string[] {
  const [start, end] = [keys.indexOf(from), keys.indexOf(to)]
  if (start < 0 || end < 0) return [to]
  return keys.slice(Math.min(start, end), Math.max(start, end) + 1)
}

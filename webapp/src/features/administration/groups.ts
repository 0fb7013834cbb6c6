import type { GroupRow, GroupUse } from '@/api/types'

const many = (number: number, noun: string, nouns = `${noun}s`) =>
  `${number.toLocaleString('en')} ${number === 1 ? noun : nouns}`

/** What there is of the two. */
const both = (items: number, collections: number) =>
  [items && many(items, 'item'), collections && many(collections, 'collection')].filter(Boolean).join(' and ')

/** What ends with a group, in words. */
export function sharedWords(use: GroupUse): string {
  const { items, collections, people, outer_items, outer_collections } = use
  const own = items || collections
    ? `${both(items, collections)} ${items + collections === 1 ? 'is' : 'are'} shared with it, and will not be any more.`
    : 'Nothing is shared with it.'
  if (!people || (!outer_items && !outer_collections)) return own
  const reach = people === 1 ? 'One person who belongs to it reaches' : `${many(people, 'person', 'people')} who belong to it reach`
  return `${own} ${reach} ${both(outer_items, outer_collections)} of the groups around it, and may lose that.`
}

/** A group with those that it contains. */
export interface GroupBranch {
  group: GroupRow
  inner: GroupBranch[]
}

/**
 * Groups as a tree, by name: one that several contain stands in each of them.
 *
 * A group whose containing groups are not in the list stands at the top, and so does a circle.
 */
export function asTree(groups: readonly GroupRow[]): GroupBranch[] {
  const known = new Set(groups.map(({ immutable_id }) => immutable_id))
  const within = new Map<string, GroupRow[]>()
  for (const group of groups) {
    for (const outer of group.belongs_to) within.set(outer, [...(within.get(outer) ?? []), group])
  }
  const seen = new Set<string>()

  function branch(group: GroupRow, way: readonly string[]): GroupBranch {
    seen.add(group.immutable_id)
    const path = [...way, group.immutable_id]
    const inner = (within.get(group.immutable_id) ?? []).filter(({ immutable_id }) => !path.includes(immutable_id))
    return { group, inner: inner.map((one) => branch(one, path)) }
  }

  const top = groups.filter(({ belongs_to }) => !belongs_to.some((outer) => known.has(outer)))
  const tree = top.map((group) => branch(group, []))
  for (const group of groups) if (!seen.has(group.immutable_id)) tree.push(branch(group, []))
  return tree
}

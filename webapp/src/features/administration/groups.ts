import type { GroupRow } from '@/api/types'

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

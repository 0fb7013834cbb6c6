import { expect, it } from 'vitest'
import type { GroupRow } from '@/api/types'
import { asTree, type GroupBranch } from './groups'

const group = (id: string, ...belongs_to: string[]): GroupRow => ({
  immutable_id: id, group_id: id, display_name: id, description: null, managers: [], belongs_to, num_members: 0, num_people: 0,
})
const words = (tree: GroupBranch[]): unknown[] => tree.map(({ group, inner }) => (
  inner.length ? [group.group_id, words(inner)] : group.group_id
))

it('puts groups below those that contain them, in each of several', () => {
  const groups = [group('a'), group('b'), group('both', 'a', 'b'), group('deep', 'both')]
  expect(words(asTree(groups))).toEqual([['a', [['both', ['deep']]]], ['b', [['both', ['deep']]]]])
})

it('shows a group whose containing group is not in the list, and a circle, once', () => {
  expect(words(asTree([group('found', 'elsewhere')]))).toEqual(['found'])
  expect(words(asTree([group('x', 'y'), group('y', 'x')]))).toEqual([['x', ['y']]])
})

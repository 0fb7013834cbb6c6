import { expect, it } from 'vitest'
import type { GroupRow } from '@/api/types'
import { asTree, sharedWords, type GroupBranch } from './groups'

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

it.each([
  [{ items: 0, collections: 0, people: 3, outer_items: 0, outer_collections: 0 }, 'Nothing is shared with it.'],
  [{ items: 1, collections: 2, people: 0, outer_items: 9, outer_collections: 0 },
    '1 item and 2 collections are shared with it, and will not be any more.'],
  [{ items: 1, collections: 0, people: 1, outer_items: 0, outer_collections: 1 },
    '1 item is shared with it, and will not be any more. One person who belongs to it reaches 1 collection of the groups'
    + ' around it, and may lose that.'],
  [{ items: 0, collections: 0, people: 2, outer_items: 1200, outer_collections: 1 },
    'Nothing is shared with it. 2 people who belong to it reach 1,200 items and 1 collection of the groups around it, and may lose that.'],
])('says what ends with a group: %j', (use, said) => expect(sharedWords(use)).toBe(said))

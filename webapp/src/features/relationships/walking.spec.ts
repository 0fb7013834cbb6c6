import { expect, it } from 'vitest'
import { neighbourAt } from './walking'

//  a   b
//      c   d
const PLACES = new Map([
  ['a', { x: 0, y: 0 }], ['b', { x: 100, y: 0 }], ['c', { x: 100, y: 50 }], ['d', { x: 200, y: 50 }],
])

it.each([
  ['a', 'right', 'b'], ['b', 'down', 'c'], ['c', 'right', 'd'], ['d', 'left', 'c'], ['c', 'up', 'b'],
] as const)('goes from %s %s to %s', (from, direction, to) => {
  expect(neighbourAt(PLACES, from, direction)).toBe(to)
})

it('stays where nothing lies ahead', () => {
  expect(neighbourAt(PLACES, 'a', 'left')).toBeUndefined()
  expect(neighbourAt(PLACES, 'nobody', 'left')).toBeUndefined()
})

import { expect, it } from 'vitest'
import { moved } from './constituents'

it.each([[0, 2, 'bca'], [2, 0, 'cab'], [1, 9, 'acb'], [1, -1, 'bac'], [1, 1, 'abc']])(
  'moves from %i to %i', (from, to, expected) => expect(moved(['a', 'b', 'c'], from, to).join('')).toBe(expected))

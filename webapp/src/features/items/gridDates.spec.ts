import { expect, it } from 'vitest'
import { dayHere, isoDay } from './gridDates'

it.each([
  ['01.03.2026', '2026-03-01'], ['1. 3. 2026', '2026-03-01'], ['13/3/2026', '2026-03-13'], ['3/13/2026', '2026-03-13'],
  ['5/5/2026', '2026-05-05'], ['2026-03-01', '2026-03-01'],
])('reads the day %s', (cell, day) => {
  expect(isoDay(cell)).toBe(day)
})

it('guesses no day that may be read in two ways', () => {
  expect(isoDay('1/3/2026')).toBe('1/3/2026')
})

it('lets a day begin where one is, and judges none that there is not', () => {
  expect(dayHere('1.3.2026')).toBe(new Date(2026, 2, 1).toISOString())
  expect(dayHere('2026-02-31')).toBe('2026-02-31')
  expect(dayHere('in spring')).toBe('in spring')
})

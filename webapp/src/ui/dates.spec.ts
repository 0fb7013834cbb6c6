import { expect, it } from 'vitest'
import { ago, moment } from './dates'

const NOW = Date.parse('2026-03-14T12:00:00Z')

it.each([
  ['2026-03-14T11:59:40Z', 'just now'], ['2026-03-14T11:48:00Z', '12 min ago'], ['2026-03-14T07:00:00Z', '5 h ago'],
  ['2026-03-13T09:00:00Z', 'yesterday'], ['2026-03-10T09:00:00Z', '4 days ago'], ['2026-01-02T12:00:00Z', '2 Jan 2026'],
])('says %s as %j', (iso, words) => expect(ago(iso, NOW)).toBe(words))

it('says the day alone where no time was given', () => {
  expect(moment(new Date(2026, 2, 14).toISOString())).toBe('14 Mar 2026')
  expect(moment(new Date(2026, 2, 14, 14, 2).toISOString())).toBe('14 Mar 2026, 14:02')
})

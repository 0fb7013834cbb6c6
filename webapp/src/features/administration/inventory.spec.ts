import { describe, expect, it } from 'vitest'
import { claimedTwice, countsOf, doesSomething, shownValue, undoneWith, whatBecame } from './inventory'

describe('an import in words', () => {
  it('says what became of the rows, and what is worth a look', () => {
    expect(countsOf({ rows: 59, same: 51, changed: 6, new: 1200, faults: 3 }).map(({ text }) => text))
      .toEqual(['1,200 new', '6 changed', '51 the same', '3 to look at'])
  })

  it('knows when there is nothing to do', () => {
    expect(doesSomething({ rows: 60, same: 60, faults: 2 })).toBe(false)
    expect(doesSomething({ rows: 59, same: 59, vanished: 1 })).toBe(true)
  })

  it('shows days without their hours, and nothing as a dash', () => {
    expect(shownValue('2024-03-01T00:00:00.000000+00:00')).toBe('2024-03-01')
    expect([shownValue(null), shownValue(''), shownValue(0)]).toEqual(['—', '—', '0'])
  })

  it('says that a bottle is back', () => {
    expect(whatBecame({ what: 'same', returned: true })).toBe('The same, back again')
  })
})

it('finds fields that two columns claim', () => {
  expect(claimedTwice({ A: 'name', B: 'CAS', C: 'name', D: null, E: null })).toEqual(['name'])
})

it('names what is undone together with an import', () => {
  const all = [{ import_id: 'a', file_name: 'may.csv' }]
  expect(undoneWith({ completes: [] }, all)).toBe('')
  expect(undoneWith({ completes: ['a'] }, all)).toContain('one that was interrupted before (may.csv)')
})

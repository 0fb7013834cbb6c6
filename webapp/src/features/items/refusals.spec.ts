import { expect, it } from 'vitest'
import { aboutId, reasonFor } from './refusals'

it.each(['LCO-1', 'a', '7', 'x'.repeat(40), 'NMC_811.b', ' LCO-1 ', ''])('has nothing against the id "%s"', (id) => {
  expect(aboutId(id)).toBeUndefined()
})

it.each(['two words', '-LCO', 'LCO.', 'Größe', 'a/b'])('says in words what is wrong with the id "%s"', (id) => {
  expect(aboutId(id)).toMatch(/letters, digits/)
})

it('counts the characters of an id that is too long', () => {
  expect(aboutId('x'.repeat(41))).toMatch(/40 characters at most, this one 41/)
})

it('names the statuses that there are', () => {
  const msg = `Input should be 'working', 'being_fixed' or 'other'`
  expect(reasonFor({ loc: ['equipment', 'status'], msg }, 'lost')).toBe('“lost” is no status here: write one of working, being fixed, other.')
})

it('calls a field as the grid does', () => {
  expect(reasonFor({ loc: ['cells', 'characteristic_mass'], msg: 'is no number' }, 'x', 'Active mass (mg)')).toBe('Active mass (mg): is no number')
})

it('says how a day is written', () => {
  expect(reasonFor({ loc: ['samples', 'date'], msg: 'Input should be a valid datetime' }, '1/3/2026')).toMatch(/1\/3\/2026.*2026-03-14/)
})

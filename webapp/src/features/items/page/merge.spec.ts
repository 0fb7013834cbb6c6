import { describe, expect, it } from 'vitest'
import { changed, compared, remaining, same, unfinished, withChanges } from './merge'

const item = { name: 'LCO', chemform: 'LiCoO2', status: 'active' }
const renamed = changed({}, 'name', 'mine', item)

describe('my changes against what others saved', () => {
  it('are open where the others left the field alone', () => {
    expect(compared(renamed, { ...item, status: 'completed' })).toEqual({ open: { name: 'mine' }, clashes: [] })
  })

  it('are done where both gave a field the same value', () => {
    expect(compared(renamed, { ...item, name: 'mine' })).toEqual({ open: {}, clashes: [] })
  })

  it('clash where both changed a field, while the others go on', () => {
    const both = changed(renamed, 'status', 'failed', item)
    expect(compared(both, { ...item, name: 'theirs' })).toEqual({
      open: { status: 'failed' }, clashes: [{ field: 'name', was: 'LCO', mine: 'mine', theirs: 'theirs' }],
    })
  })

  it('still clash when one types on in the field', () => {
    const further = changed(renamed, 'name', 'mine, longer', { ...item, name: 'theirs' })
    expect(compared(further, { ...item, name: 'theirs' }).clashes).toHaveLength(1)
  })
})

describe('changes', () => {
  it('vanish when a field is what it was', () => {
    expect(changed(renamed, 'name', 'LCO', item)).toEqual({})
  })

  it('stand on top of an item', () => {
    expect(withChanges(item, renamed)).toEqual({ ...item, name: 'mine' })
  })
})

describe('a value that the server worked out', () => {
  const blank = { chemform: null, molar_mass: null, computed_fields: [] as string[] }
  const worked = { chemform: 'LiCoO2', molar_mass: 97.87, computed_fields: ['molar_mass'] }
  const own = changed({}, 'molar_mass', 98, blank)

  it('is nobody\'s, and clashes with none of one\'s own', () => {
    expect(compared(own, worked)).toEqual({ open: { molar_mass: 98 }, clashes: [] })
    expect(changed({}, 'molar_mass', 98, worked)).toEqual(own)
  })

  it('can be given as one\'s own', () => {
    expect(compared(changed({}, 'molar_mass', 97.87, worked), worked).open).toEqual({ molar_mass: 97.87 })
  })

  it('is not what is shown once one has given another', () => {
    expect(withChanges(worked, own)).toMatchObject({ molar_mass: 98, computed_fields: [] })
  })

  it('settles a field that one emptied', () => {
    const emptied = changed({}, 'molar_mass', null, { ...worked, molar_mass: 98, computed_fields: [] })
    expect(remaining(emptied, { molar_mass: null }, worked)).toEqual({})
    expect(unfinished(emptied, worked)).toEqual({})
  })
})

describe('after a save', () => {
  it('nothing remains of what was sent', () => {
    expect(remaining(renamed, { name: 'mine' }, { ...item, name: 'mine' })).toEqual({})
  })

  it('what was typed meanwhile remains, and starts from what was saved', () => {
    const further = changed(renamed, 'name', 'mine 2', item)
    expect(remaining(further, { name: 'mine' }, { ...item, name: 'mine' })).toEqual({ name: { was: 'mine', value: 'mine 2' } })
  })

  it('a field that was not sent remains as it was', () => {
    expect(remaining(renamed, { status: 'failed' }, item)).toEqual(renamed)
  })

  it('a value that the server wrote in its own way is done', () => {
    expect(remaining(renamed, { name: 'mine' }, { ...item, name: 'Mine' })).toEqual({})
  })
})

it('takes an empty text for no text', () => {
  expect(same('', null)).toBe(true)
  expect(same('', undefined)).toBe(true)
  expect(same('a', null)).toBe(false)
})

import { describe, expect, it } from 'vitest'
import { merged, same } from './merge'

const base = { name: 'LCO', chemform: 'LiCoO2', status: 'active' }

describe('merging my changes with a save of somebody else', () => {
  it('keeps mine where the other left the field alone', () => {
    const { changes, clashes } = merged(base, { name: 'LCO, batch 2' }, { ...base, status: 'completed' })
    expect(changes).toEqual({ name: 'LCO, batch 2' })
    expect(clashes).toEqual([])
  })

  it('needs nothing where both changed a field to the same', () => {
    expect(merged(base, { name: 'A' }, { ...base, name: 'A' })).toEqual({ changes: {}, clashes: [] })
  })

  it('asks where both changed a field differently, and overwrites nothing', () => {
    const { changes, clashes } = merged(base, { name: 'mine', status: 'failed' }, { ...base, name: 'theirs' })
    expect(changes).toEqual({ status: 'failed' })
    expect(clashes).toEqual([{ field: 'name', mine: 'mine', theirs: 'theirs' }])
  })

  it('takes an empty text for no text', () => {
    expect(same('', null)).toBe(true)
    expect(same('', undefined)).toBe(true)
    expect(same('a', null)).toBe(false)
  })
})

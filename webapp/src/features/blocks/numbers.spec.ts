import { expect, it } from 'vitest'
import { amount, factsOf, tablesOf } from './numbers'

it('takes units from the ends of names, and from what stands beside', () => {
  const [group] = factsOf({
    first_charge_capacity_mAh: 0.98678, strongest_peak_ppm: -26.3895, position: 2706.4, position_unit: 'cm⁻¹', wavelength: 1.540598,
  })
  expect(group!.facts).toEqual([
    { label: 'First charge capacity', value: '0.98678', unit: 'mAh' },
    { label: 'Strongest peak', value: '−26.3895', unit: 'ppm' },
    { label: 'Position', value: '2706.4', unit: 'cm⁻¹' },
    { label: 'Wavelength', value: '1.5406', unit: 'Å' },
  ])
})

it('writes the axis of a scan as it is drawn', () => {
  expect(factsOf({ scan_axis: 'two_theta' })[0]!.facts).toEqual([{ label: 'Scan axis', value: '2θ', unit: '' }])
})

it('groups facts by file only where there are several', () => {
  expect(factsOf({ 'a.mpr': { cycles: 2 } })).toEqual([{ title: '', facts: [{ label: 'Cycles', value: '2', unit: '' }] }])
  const two = factsOf({ f1: { cycles: 2 }, f2: { cycles: 3 } }, { f1: 'a.mpr', f2: 'b.mpr' })
  expect(two.map(({ title }) => title)).toEqual(['a.mpr', 'b.mpr'])
})

it('makes a table of lists that belong together, and of records', () => {
  const peaks = { peak_data: { f1: { positions: [28.44, 47.3], d_spacings: [3.1355, 1.9201], hkls: [], wavelength: 1.5406 } } }
  expect(tablesOf(peaks, { f1: 'si.xy' })).toEqual([{
    title: 'Peaks', heads: [{ label: '2θ', unit: '°' }, { label: 'd', unit: 'Å' }], rows: [['28.44', '3.1355'], ['47.3', '1.9201']],
  }])
  const [cycles] = tablesOf({ 'cv.mpr': { peaks: [{ cycle: 1 }, { cycle: 2, separation_V: 0.06 }] } })
  expect(cycles!.rows).toEqual([['1', ''], ['2', '0.06']])
})

it('writes very large and very small numbers with powers of ten', () => {
  expect(amount(1.5e-9)).toBe('1.5·10⁻⁹')
  expect(amount(-40000)).toBe('−40000')
})

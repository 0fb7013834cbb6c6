import { expect, it } from 'vitest'
import { numberFrom, numberText } from './numbers'

it.each([
  ['12.5', 12.5], ['12,5', 12.5], [' 3 ', 3], ['−4', -4], ['1e-3', 0.001], ['.5', 0.5], ['2.', 2], ['', null],
  ['12.5 mg', '12.5 mg'], ['1,234.5', '1,234.5'],
])('reads %j as %j', (typed, value) => expect(numberFrom(typed)).toBe(value))

it('writes numbers to the digits that matter', () => {
  expect(numberText(97.2798437, 6)).toBe('97.2798')
  expect(numberText(0.1)).toBe('0.1')
  expect(numberText(null)).toBe('')
  expect(numberText('12 mg')).toBe('12 mg')
})

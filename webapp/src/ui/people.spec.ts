import { expect, it } from 'vitest'
import { initials, steadyHue } from './people'

it.each([
  ['Maya Lindqvist', 'ML'], ['Cher', 'C'], ['ana maria de la cruz', 'AC'], ['李 小龍', '李小'], ['  ', '?'], ['J. (Jo) Smith', 'JS'],
])('takes initials of %j', (name, letters) => expect(initials(name)).toBe(letters))

it('gives the same name the same hue', () => {
  expect(steadyHue('Maya')).toBe(steadyHue('Maya'))
  expect(steadyHue('Maya')).not.toBe(steadyHue('Noor'))
})

import { expect, it } from 'vitest'
import { formulaParts } from './formula'

/** Subscripts in underscores, superscripts in carets. */
const shown = (text: string) => formulaParts(text)
  .map(({ text, place }) => (place === 'sub' ? `_${text}_` : place === 'sup' ? `^${text}^` : text)).join('')

it.each([
  ['LiNi0.8Mn0.1Co0.1O2', 'LiNi_0.8_Mn_0.1_Co_0.1_O_2_'],
  ['LiNi1/3Co1/3Mn1/3O2', 'LiNi_1/3_Co_1/3_Mn_1/3_O_2_'],
  ['Ca3(PO4)2', 'Ca_3_(PO_4_)_2_'],
  ['LixCoO2', 'Li_x_CoO_2_'],
  ['Li1-xCoO2', 'Li_1−x_CoO_2_'],
  ['YBa2Cu3O7-δ', 'YBa_2_Cu_3_O_7−δ_'],
  ['CuSO4·5H2O', 'CuSO_4_·5H_2_O'],
  ['CuSO4.5H2O', 'CuSO_4_·5H_2_O'],
  ['CuSO4*5H2O', 'CuSO_4_·5H_2_O'],
  ['Na+', 'Na^+^'],
  ['SO4^2-', 'SO_4_^2−^'],
  ['^13CO2', '^13^CO_2_'],
  ['Li₂CO₃', 'Li_2_CO_3_'],
  ['0.5Li2MnO3', '0.5Li_2_MnO_3_'],
  ['LiMn<sub>2</sub>O<sub>4</sub>', 'LiMn_2_O_4_'],
])('typesets %s', (typed, expected) => expect(shown(typed)).toBe(expected))

it.each(['unknown mixture', 'Super P', 'poly(3-hexylthiophene)', ''])('leaves %j, which is no formula, as it is', (text) => {
  expect(shown(text)).toBe(text)
})

it('shows the text of dangerous HTML and runs none of it', () => {
  expect(shown('H<sub>2</sub>O<img src=x onerror=alert(1)>')).toBe('H_2_O')
})

import { expect, it } from 'vitest'
import { fieldOf, formOf, read, written } from './form'

const CYCLES = { type: 'array', items: { type: 'integer' }, default: [], title: 'Cyclenumber' }
const MASS = {
  anyOf: [{ type: 'number', exclusiveMinimum: 0 }, { type: 'null' }], default: null, title: 'Mass',
  description: 'Mass of the active material (mg), for specific capacities; that of the cell where empty.',
}

it('makes inputs of a JSON schema: choices, switches, numbers with their unit', () => {
  const { usual } = formOf({
    parameters: {
      properties: {
        plot: { enum: ['voltage against time', 'dQ/dV'], type: 'string', default: 'dQ/dV', title: 'Plot' },
        baseline: { type: 'boolean', default: false, title: 'Baseline' },
        mass: MASS,
        cyclenumber: CYCLES,
      },
    },
  })
  expect(usual.map(({ kind }) => kind)).toEqual(['choice', 'switch', 'number', 'numbers'])
  expect(usual[2]).toMatchObject({ label: 'Mass', unit: 'mg', whenEmpty: 'of the cell' })
})

it('puts what one seldom touches behind “More”', () => {
  const { usual, seldom } = formOf({ parameters: { properties: { p_spline: { type: 'integer', default: 5 }, mass: MASS } } })
  expect(usual.map(({ name }) => name)).toEqual(['mass'])
  expect(seldom.map(({ name }) => name)).toEqual(['p_spline'])
})

it('reads decimal commas and true minus signs, and says what is no number', () => {
  const mass = fieldOf('mass', MASS)
  expect(read(mass, ' 1,25 ')).toEqual({ value: 1.25 })
  expect(read(mass, '−3')).toEqual({ value: -3 })
  expect(read(mass, '')).toEqual({ value: null })
  expect(read(mass, '12 mg')).toEqual({ problem: '“12 mg” is not a number.' })
})

it('reads ranges of cycles and writes them back', () => {
  const cycles = fieldOf('cyclenumber', CYCLES)
  expect(read(cycles, '1-3, 7 9')).toEqual({ value: [1, 2, 3, 7, 9] })
  expect(read(cycles, '5 - 6')).toEqual({ value: [5, 6] })
  expect(read(cycles, '3-1')).toHaveProperty('problem')
  expect(read(cycles, 'all')).toHaveProperty('problem')
  expect(written(cycles, [1, 2, 3, 7, 9])).toBe('1-3, 7, 9')
})

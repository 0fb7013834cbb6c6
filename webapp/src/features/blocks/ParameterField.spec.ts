import userEvent from '@testing-library/user-event'
import { render, screen } from '@testing-library/vue'
import { expect, it } from 'vitest'
import { fieldOf } from './form'
import ParameterField from './ParameterField.vue'

const WAVELENGTH = fieldOf('wavelength', { title: 'Wavelength', anyOf: [{ type: 'number' }, { type: 'null' }] })
const input = () => screen.getByLabelText('Wavelength')

it('takes a refusal back as soon as something else stands there, though it is no number', async () => {
  const { emitted, rerender } = render(ParameterField, { props: { field: WAVELENGTH, value: 0, error: 'Above 0, please.' } })
  await userEvent.type(input(), 'x')
  expect(emitted('retract')).toHaveLength(1)
  await rerender({ value: undefined, error: undefined })
  expect(screen.queryByText('Above 0, please.')).toBeNull()
  expect(screen.getByText('“0x” is not a number.')).toBeInTheDocument()
})

it('forgets what was wrong when another value comes from elsewhere', async () => {
  const { rerender } = render(ParameterField, { props: { field: WAVELENGTH, value: 1.54 } })
  await userEvent.type(input(), 'x')
  await userEvent.tab()
  expect(screen.getByText('“1.54x” is not a number.')).toBeInTheDocument()
  await rerender({ value: 0.7 })
  expect(input()).toHaveValue('0.7')
  expect(screen.queryByRole('alert')).toBeNull()
})

it('offers the columns of a table to choose several of, and none again', async () => {
  const columns = fieldOf('y', { title: 'Y', anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'null' }] })
  const choices = ['Time', 'Voltage', 'Current']
  const { emitted, rerender } = render(ParameterField, { props: { field: columns, value: ['Voltage'], choices } })
  await userEvent.click(screen.getByRole('button', { name: 'y: Voltage' }))
  await userEvent.click(screen.getByRole('menuitemcheckbox', { name: 'Current' }))
  expect(emitted('change')).toEqual([[['Voltage', 'Current']]])
  await userEvent.click(screen.getByRole('menuitemcheckbox', { name: 'Voltage' }))
  expect(emitted('change')[1]).toEqual([null])
  await rerender({ value: null })
  expect(screen.getByRole('button', { name: 'y: automatic', hidden: true })).toBeInTheDocument()
})

it('calls a column as the file does, and words our own choices', async () => {
  const column = fieldOf('x', { title: 'X', anyOf: [{ type: 'string' }, { type: 'null' }] })
  const { rerender } = render(ParameterField, { props: { field: column, value: 'test_time', choices: ['test_time', 'mA'] } })
  expect(screen.getByRole('combobox')).toHaveTextContent(/^test_time$/)
  await rerender({ field: fieldOf('y_scale', { title: 'Y scale', enum: ['linear', 'log'] }), value: 'linear', choices: [] })
  expect(screen.getByRole('combobox')).toHaveTextContent(/^Linear$/)
})

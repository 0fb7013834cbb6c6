import { expect, it } from 'vitest'
import { fieldsByHead, headsLeftOut, pastedCells, withPasted } from './grid'
import { GRID_COLUMNS } from './gridColumns'

const columns = GRID_COLUMNS.samples

it('reads cells as spreadsheets write them', () => {
  expect(pastedCells('a\tb\r\nc\td\r\n')).toEqual([['a', 'b'], ['c', 'd']])
  expect(pastedCells('"two\nlines"\t"say ""hi"""\n\tz')).toEqual([['two\nlines', 'say "hi"'], ['', 'z']])
  expect(pastedCells('a\t\n\tb')).toEqual([['a', ''], ['', 'b']])
})

it('takes a quote that is never closed as it stands', () => {
  expect(pastedCells('5" tube\t2\n"open\tx')).toEqual([['5" tube', '2'], ['"open', 'x']])
})

it('fills from the cell where one pastes, and adds rows', () => {
  const rows = withPasted([{ item_id: 'A' }], columns, [['LCO', 'LiCoO2'], ['LFP', 'LiFePO4']], { row: 0, column: 1 })
  expect(rows).toEqual([{ item_id: 'A', name: 'LCO', chemform: 'LiCoO2' }, { name: 'LFP', chemform: 'LiFePO4' }])
})

it('lets known heads say where columns go, and leaves unknown ones out', () => {
  const cells = [['Formula', 'Mood', 'Sample ID'], ['LiCoO2', 'good', 'LCO-1']]
  expect(withPasted([], columns, cells, { row: 0, column: 2 })).toEqual([{ chemform: 'LiCoO2', item_id: 'LCO-1' }])
})

it('names the columns that it leaves out', () => {
  expect(headsLeftOut(['Sample ID', 'Name', 'Mass (g)', '', 'Mood'], columns)).toEqual(['Mass (g)', 'Mood'])
  expect(headsLeftOut(['LCO-1', 'name of it', 'LiCoO2'], columns)).toEqual([])
})

it('knows the heads of an inventory export', () => {
  const head = ['Barcode', 'Container Name', 'Substance CAS', 'Container Size', 'Unit', 'Location', 'Supplier', 'GHS H-codes']
  expect(fieldsByHead(head, GRID_COLUMNS.starting_materials))
    .toEqual(['barcode', 'name', 'CAS', 'size', 'size_unit', 'location', 'supplier', 'GHS_codes'])
})

it('knows the labels of the page', () => {
  expect(fieldsByHead(['Acquired', 'Unit of size', 'Hazards (GHS)', 'CAS number', 'Chemical formula'], GRID_COLUMNS.starting_materials))
    .toEqual(['date', 'size_unit', 'GHS_codes', 'CAS', 'chemform'])
})

it('does not take data for heads', () => {
  expect(fieldsByHead(['LCO-1', 'name of it', 'LiCoO2'], columns)).toBeUndefined()
})

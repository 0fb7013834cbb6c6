import type { ItemType } from '@/api/types'
import type { GridColumn } from './grid'

const ID: GridColumn = { field: 'item_id', title: 'ID', width: 150, mono: true, also: ['item id', 'sample id'] }
const NAME: GridColumn = { field: 'name', title: 'Name', width: 240, also: ['container name', 'title', 'substance name'] }
const FORMULA: GridColumn = { field: 'chemform', title: 'Formula', width: 170, also: ['molecular formula', 'chemical formula'] }
const DATE: GridColumn = { field: 'date', title: 'Date', width: 120, also: ['date acquired', 'date made', 'acquired', 'made on'] }
const STATUS: GridColumn = { field: 'status', title: 'Status', width: 110, also: ['state'] }
const CAS: GridColumn = { field: 'CAS', title: 'CAS', width: 110, also: ['substance cas', 'cas number'] }
const BARCODE: GridColumn = { field: 'barcode', title: 'Barcode', width: 120 }
const SUPPLIER: GridColumn = { field: 'supplier', title: 'Supplier', width: 140, also: ['vendor'] }
const PURITY: GridColumn = { field: 'chemical_purity', title: 'Purity', width: 90, also: ['chemical purity'] }
const SIZE: GridColumn = { field: 'size', title: 'Size', width: 80, also: ['container size'] }
const UNIT: GridColumn = { field: 'size_unit', title: 'Unit', width: 70, also: ['unit of size'] }
const LOCATION: GridColumn = { field: 'location', title: 'Location', width: 170 }
const HAZARDS: GridColumn = { field: 'GHS_codes', title: 'GHS codes', width: 120, also: ['ghs h-codes', 'ghs', 'hazards', 'hazards (ghs)'] }
const MANUFACTURER: GridColumn = { field: 'manufacturer', title: 'Manufacturer', width: 170 }
const SERIAL: GridColumn = { field: 'serial_numbers', title: 'Serial numbers', width: 150, also: ['serial number'] }
const CONTACT: GridColumn = { field: 'contact', title: 'Contact', width: 160 }
const MASS: GridColumn = { field: 'characteristic_mass', title: 'Active mass (mg)', width: 140, also: ['active mass'] }
const CELL_FORMULA: GridColumn = { ...FORMULA, field: 'characteristic_chemical_formula', title: 'Active material' }

/** What the grid asks for, type by type. */
export const GRID_COLUMNS: Record<ItemType, GridColumn[]> = {
  samples: [ID, NAME, FORMULA, DATE, STATUS],
  cells: [ID, NAME, CELL_FORMULA, MASS, DATE, STATUS],
  starting_materials: [ID, NAME, FORMULA, CAS, SUPPLIER, PURITY, SIZE, UNIT, LOCATION, BARCODE, HAZARDS, DATE, STATUS],
  equipment: [ID, NAME, MANUFACTURER, SERIAL, LOCATION, CONTACT, STATUS],
}

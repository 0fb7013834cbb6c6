import type { ItemType } from '@/api/types'
import type { Column } from '@/ui/table'

const ID: Column = { id: 'item_id', title: 'ID', width: 148, sortKey: 'item_id', narrow: true, fixed: true }
const NAME: Column = { id: 'name', title: 'Name', width: 200, grow: true, sortKey: 'name', narrow: true, fixed: true }
const FORMULA: Column = { id: 'formula', title: 'Formula', width: 164, byDefault: true }
const STATUS: Column = { id: 'status', title: 'Status', width: 108, byDefault: true }
const DATE: Column = { id: 'date', title: 'Date', width: 104, sortKey: 'date', firstSort: 'down', byDefault: true }
const CHANGED: Column = {
  id: 'last_modified', title: 'Changed', width: 104, sortKey: 'last_modified', firstSort: 'down', byDefault: true,
}
const PEOPLE: Column = { id: 'creators', title: 'People', width: 76, byDefault: true }
const COLLECTIONS: Column = { id: 'collections', title: 'Collections', width: 144, byDefault: true }
const FILES: Column = { id: 'nfiles', title: 'Files', width: 56, align: 'end', byDefault: true }
const BLOCKS: Column = { id: 'nblocks', title: 'Blocks', width: 64, align: 'end' }
const REFCODE: Column = { id: 'refcode', title: 'Refcode', width: 132 }
const GROUPS: Column = { id: 'groups', title: 'Groups', width: 140 }
const LOCATION: Column = { id: 'location', title: 'Location', width: 168, byDefault: true }
const SUPPLIER: Column = { id: 'supplier', title: 'Supplier', width: 132, byDefault: true }
const CAS: Column = { id: 'CAS', title: 'CAS', width: 108, byDefault: true }
const BARCODE: Column = { id: 'barcode', title: 'Barcode', width: 120 }
const MANUFACTURER: Column = { id: 'manufacturer', title: 'Manufacturer', width: 152, byDefault: true }

const COMMON = [FILES, BLOCKS, GROUPS, REFCODE]

/** What a table of these types can show, in its order; inside a collection, others are of less interest. */
export function columnsFor(types: readonly ItemType[], inCollection = false): Column[] {
  if (types.length === 1 && types[0] === 'equipment') {
    return [ID, NAME, STATUS, MANUFACTURER, LOCATION, { ...DATE, byDefault: false }, PEOPLE, COLLECTIONS, CHANGED, ...COMMON]
  }
  if (types.length === 1 && types[0] === 'starting_materials') {
    return [
      ID, NAME, FORMULA, CAS, STATUS, LOCATION, SUPPLIER, DATE, BARCODE,
      { ...COLLECTIONS, byDefault: false }, { ...CHANGED, byDefault: false }, { ...PEOPLE, byDefault: false }, ...COMMON,
    ]
  }
  return [ID, NAME, FORMULA, STATUS, DATE, PEOPLE, { ...COLLECTIONS, byDefault: !inCollection }, CHANGED, ...COMMON]
}

export const isShownFirst = (column: Column) => !!(column.fixed || column.byDefault)

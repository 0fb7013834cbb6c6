import type { InventoryChange, InventoryColumns, InventoryField, InventoryFile, InventoryImport } from '@/api/types'

/** The mapping that every lab has. */
export const CHEMINVENTORY = 'cheminventory'

/** Fields of a starting material that a column can be, as people call them. */
export const FIELDS: Record<InventoryField, string> = {
  name: 'Name', barcode: 'Barcode', CAS: 'CAS number', chemform: 'Formula', molar_mass: 'Molar mass', smiles: 'SMILES',
  inchi: 'InChI', inchi_key: 'InChIKey', GHS_codes: 'Hazards (GHS)', location: 'Location', supplier: 'Supplier',
  date: 'Date acquired', date_opened: 'Date opened', size: 'Size', size_unit: 'Unit', full_percent: 'Full, in percent',
  chemical_purity: 'Purity', status: 'Status', comment: 'Comment', description: 'Description',
}

export const fieldName = (field: string): string => FIELDS[field as InventoryField] ?? field

/** What became of rows, in the order in which it is said. */
const COUNTS: [count: string, words: string, tone: 'quiet' | 'accent' | 'warning' | 'danger'][] = [
  ['new', 'new', 'accent'], ['changed', 'changed', 'accent'], ['adopted', 'linked to items', 'accent'],
  ['same', 'the same', 'quiet'], ['returned', 'back again', 'quiet'], ['vanished', 'gone from the file', 'warning'],
  ['deleted', 'deleted here', 'quiet'], ['overwritten', 'over people’s edits', 'warning'], ['faults', 'to look at', 'danger'],
]

/** The counts of an import as short words. */
export const countsOf = (counts: Record<string, number>) => COUNTS.flatMap(([count, words, tone]) => (
  counts[count] ? [{ count, text: `${counts[count].toLocaleString('en')} ${words}`, tone }] : []))

/** Whether importing would do anything. */
export const doesSomething = (counts: Record<string, number>): boolean =>
  ['new', 'changed', 'adopted', 'returned', 'vanished'].some((count) => counts[count])

export const columnsOf = ({ columns }: Pick<InventoryFile, 'columns'>): InventoryColumns =>
  Object.fromEntries(columns.map(({ heading, field }) => [heading, field]))

/** Fields that more than one column claims to be. */
export function claimedTwice(columns: InventoryColumns): string[] {
  const fields = Object.values(columns).filter((field) => field !== null)
  return [...new Set(fields.filter((field, place) => fields.indexOf(field) !== place))]
}

const STATES: Record<InventoryImport['state'], { text: string, tone: 'good' | 'open' | 'bad' | 'quiet' }> = {
  running: { text: 'Running', tone: 'open' },
  done: { text: 'Done', tone: 'good' },
  cancelled: { text: 'Cancelled', tone: 'quiet' },
  interrupted: { text: 'Interrupted', tone: 'bad' },
  failed: { text: 'Failed', tone: 'bad' },
  undoing: { text: 'Being undone', tone: 'open' },
  undone: { text: 'Undone', tone: 'quiet' },
  preview: { text: 'Preview', tone: 'quiet' },
}

/** An import's state as `StatusDot` shows it. */
export const importState = ({ state }: Pick<InventoryImport, 'state'>) => STATES[state]

/** What is undone together with an import, in a sentence; nothing where it stands alone. */
export function undoneWith(
  { completes }: Pick<InventoryImport, 'completes'>, all: readonly Pick<InventoryImport, 'import_id' | 'file_name'>[],
): string {
  if (!completes.length) return ''
  const names = completes.map((id) => all.find(({ import_id }) => import_id === id)?.file_name ?? id)
  return ` It completed ${names.length === 1 ? 'one that was' : 'some that were'} interrupted before (${names.join(', ')}):`
    + ` ${names.length === 1 ? 'that is' : 'these are'} undone together with it.`
}

export const isUndoable = ({ state }: Pick<InventoryImport, 'state'>): boolean =>
  ['done', 'cancelled', 'interrupted', 'failed'].includes(state)

/** A value of a field as a person reads it. */
export function shownValue(value: unknown): string {
  if (value == null || value === '') return '—'
  return String(value).replace(/T00:00:00\.000000\+00:00$/, '')
}

/** What became of a container, in words. */
export function whatBecame({ what, returned }: Pick<InventoryChange, 'what' | 'returned'>): string {
  const words = {
    new: 'New', changed: 'Changed', adopted: 'Linked', same: 'The same', deleted: 'Deleted here; stays so',
    vanished: 'Gone from the file; marked',
  }
  return returned ? `${words[what]}, back again` : words[what]
}

import type { ItemType } from '@/api/types'

export type FieldKind = 'line' | 'formula' | 'number' | 'moment' | 'choice' | 'codes' | 'prose' | 'constituents'

/** One field of an item: what it is called, and how it is typed. */
export interface FieldSpec {
  name: string
  label: string
  kind: FieldKind
  unit?: string
  options?: readonly string[]
  placeholder?: string
  /** The formula that a mass follows from while nobody gives it. */
  from?: string
  mono?: boolean
}

export interface Section {
  title: string
  fields: readonly FieldSpec[]
}

const DESCRIPTION: Section = {
  title: 'Description',
  fields: [{ name: 'description', label: 'Description', kind: 'prose', placeholder: 'What it is, and why' }],
}

const SUBSTANCE: FieldSpec[] = [
  { name: 'chemform', label: 'Chemical formula', kind: 'formula', placeholder: 'LiNi0.8Mn0.1Co0.1O2' },
  { name: 'molar_mass', label: 'Molar mass', kind: 'number', unit: 'g/mol', from: 'chemform' },
  { name: 'CAS', label: 'CAS number', kind: 'line', mono: true, placeholder: '554-13-2' },
  { name: 'GHS_codes', label: 'Hazards (GHS)', kind: 'codes', placeholder: 'H302, H319' },
  { name: 'smiles', label: 'SMILES', kind: 'line', mono: true },
  { name: 'inchi', label: 'InChI', kind: 'line', mono: true },
  { name: 'inchi_key', label: 'InChIKey', kind: 'line', mono: true },
]

const SYNTHESIS: Section = {
  title: 'Synthesis',
  fields: [
    { name: 'synthesis_constituents', label: 'Made from', kind: 'constituents' },
    { name: 'synthesis_description', label: 'Procedure', kind: 'prose', placeholder: 'How it was made' },
  ],
}

const CELL_FORMATS = [
  'coin', 'pouch', 'in situ (XRD)', 'in situ (NMR)', 'in situ (SQUID)', 'in situ (optical)', 'swagelok', 'cylindrical',
  'other',
] as const

/** What stands on an item's page, by type, from top to bottom. */
export const SECTIONS: Record<ItemType, readonly Section[]> = {
  samples: [
    { title: 'Sample', fields: [{ name: 'date', label: 'Made on', kind: 'moment' }, ...SUBSTANCE] },
    DESCRIPTION,
    SYNTHESIS,
  ],
  cells: [
    {
      title: 'Cell',
      fields: [
        { name: 'date', label: 'Made on', kind: 'moment' },
        { name: 'cell_format', label: 'Format', kind: 'choice', options: CELL_FORMATS },
        { name: 'cell_format_description', label: 'Format in detail', kind: 'line', placeholder: 'CR2032' },
        { name: 'characteristic_mass', label: 'Active mass', kind: 'number', unit: 'mg' },
        { name: 'characteristic_chemical_formula', label: 'Active material', kind: 'formula' },
        {
          name: 'characteristic_molar_mass', label: 'Its molar mass', kind: 'number', unit: 'g/mol',
          from: 'characteristic_chemical_formula',
        },
        { name: 'active_ion_charge', label: 'Charge of the active ion', kind: 'number', unit: 'e' },
      ],
    },
    {
      title: 'Assembly',
      fields: [
        { name: 'positive_electrode', label: 'Positive electrode', kind: 'constituents' },
        { name: 'negative_electrode', label: 'Negative electrode', kind: 'constituents' },
        { name: 'electrolyte', label: 'Electrolyte', kind: 'constituents' },
        { name: 'cell_preparation_description', label: 'Preparation', kind: 'prose', placeholder: 'How it was put together' },
      ],
    },
    DESCRIPTION,
  ],
  starting_materials: [
    {
      title: 'Substance',
      fields: [...SUBSTANCE, { name: 'chemical_purity', label: 'Purity', kind: 'line', placeholder: '99.5%' }],
    },
    {
      title: 'Container',
      fields: [
        { name: 'barcode', label: 'Barcode', kind: 'line', mono: true },
        { name: 'supplier', label: 'Supplier', kind: 'line' },
        { name: 'location', label: 'Location', kind: 'line', placeholder: 'Building > Room > Shelf' },
        { name: 'size', label: 'Size', kind: 'line' },
        { name: 'size_unit', label: 'Unit of size', kind: 'line', placeholder: 'g' },
        { name: 'full_percent', label: 'How full', kind: 'line', unit: '%' },
        { name: 'date', label: 'Acquired', kind: 'moment' },
        { name: 'date_opened', label: 'Opened', kind: 'moment' },
      ],
    },
    { title: 'Comment', fields: [{ name: 'comment', label: 'Comment', kind: 'prose', placeholder: 'Anything worth knowing about this container' }] },
    DESCRIPTION,
    SYNTHESIS,
  ],
  equipment: [
    {
      title: 'Equipment',
      fields: [
        { name: 'manufacturer', label: 'Manufacturer', kind: 'line' },
        { name: 'serial_numbers', label: 'Serial numbers', kind: 'line', mono: true },
        { name: 'location', label: 'Location', kind: 'line' },
        { name: 'contact', label: 'Contact', kind: 'line', placeholder: 'Who looks after it' },
        { name: 'date', label: 'In use since', kind: 'moment' },
      ],
    },
    DESCRIPTION,
  ],
}

/** How a field of a type is typed; none for those that stand in the head. */
export const fieldOf = (type: ItemType, name: string): FieldSpec | undefined =>
  SECTIONS[type].flatMap(({ fields }) => fields).find((field) => field.name === name)

/** A field's label, for messages about it. */
export const labelOf = (type: ItemType, name: string): string =>
  fieldOf(type, name)?.label ?? name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ')

import { FlaskConical, Microscope, Package } from '@lucide/vue'
import type { FunctionalComponent } from 'vue'
import type { ItemType } from '@/api/types'

export interface WholeTable {
  types: ItemType[]
  label: string
  icon: FunctionalComponent
  /** Said while there is nothing in it. */
  none: string
  text: string
  /** Mostly many are made at once. */
  manyFirst?: boolean
}

/** The tables that are pages, by the names of their addresses. */
export const TABLES = {
  samples: {
    types: ['samples', 'cells'], label: 'Samples and cells', icon: FlaskConical, none: 'No samples yet',
    text: 'Everything somebody makes and can hold: powders, films, electrodes, and the cells built from them.',
  },
  inventory: {
    types: ['starting_materials'], label: 'Inventory', icon: Package, none: 'The inventory is empty', manyFirst: true,
    text: 'Chemicals as they were bought: supplier, purity, where they stand. Paste a whole list from a spreadsheet.',
  },
  equipment: {
    types: ['equipment'], label: 'Equipment', icon: Microscope, none: 'No equipment yet',
    text: 'Furnaces, diffractometers, cyclers: who to ask, where they stand, and whether they work.',
  },
} satisfies Record<string, WholeTable>

export type TableName = keyof typeof TABLES

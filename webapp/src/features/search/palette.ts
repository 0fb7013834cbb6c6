import type { FunctionalComponent } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import type { Found } from '@/api/types'
import { itemPage } from '@/features/items'

/** Something the palette can do that is no search: go somewhere, make something. */
export interface Command {
  id: string
  title: string
  icon: FunctionalComponent
  shortcut?: string
  run: () => void
}

/** One line of the palette. */
export interface Entry {
  id: string
  group: string
  /** Kind of thing, for its mark; commands have an icon instead. */
  type?: string
  icon?: FunctionalComponent
  /** An identifier, in the mono face. */
  code?: string
  title?: string | undefined
  formula?: string | undefined
  hint?: string | undefined
  shortcut?: string | undefined
  to?: RouteLocationRaw
  run?: () => void
}

const MOST_COMMANDS = 4

/** Commands whose words begin as what was typed. */
export function fittingCommands(commands: readonly Command[], words: string): Command[] {
  const typed = words.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = ({ title }: Command) => {
    const own = title.toLowerCase().split(/\s+/)
    return typed.every((word) => own.some((one) => one.startsWith(word)))
  }
  const fitting = commands.filter(fits)
  return typed.length ? fitting.slice(0, MOST_COMMANDS) : fitting
}

export const commandEntries = (commands: readonly Command[]): Entry[] =>
  commands.map(({ id, title, icon, shortcut, run }) => ({ id, group: 'Do', icon, title, shortcut, run }))

/** What was found, as lines: items first, then collections, then files. */
export function foundEntries({ items, collections, files }: Found): Entry[] {
  return [
    ...items.map((row): Entry => ({
      id: row.refcode, group: 'Items', type: row.type, code: row.item_id, title: row.name ?? undefined,
      formula: row.chemform ?? row.characteristic_chemical_formula ?? undefined, to: itemPage(row.refcode),
    })),
    ...collections.map((one): Entry => ({
      id: one.immutable_id, group: 'Collections', type: 'collections', code: one.collection_id, title: one.title ?? undefined,
      to: { name: 'collection', params: { collectionId: one.collection_id } },
    })),
    ...files.map((file): Entry => ({
      id: file.file_id, group: 'Files', type: 'files', title: file.name, hint: file.item.item_id, to: itemPage(file.item.refcode),
    })),
  ]
}

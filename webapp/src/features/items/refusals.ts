import type { FieldProblem } from '@/api/problem'

const ID = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/
const LONGEST_ID = 40

/** What is wrong with an id, in words; nothing where it may be used. */
export function aboutId(id: string): string | undefined {
  const text = id.trim()
  if (text.length > LONGEST_ID) return `An ID has ${LONGEST_ID} characters at most, this one ${text.length}.`
  if (text && !ID.test(text)) return 'An ID is made of letters, digits and . _ - between them, without blanks.'
}

/** Why a row was refused, with the mend where one is known. */
export function reasonFor({ loc, msg }: FieldProblem, cell: string, title = String(loc.at(-1))): string {
  const field = loc.at(-1)
  if (field === 'item_id') return aboutId(cell) ?? `ID: ${msg}`
  if (field === 'status') return `“${cell}” is no status here: write one of ${choices(msg).join(', ') || msg}.`
  if (field === 'date') return `“${cell}” is no day that can only be read in one way: write it as 2026-03-14.`
  return `${title}: ${msg}`
}

/** The validator's `Input should be 'active', 'planned' or 'other'`, as people say them. */
const choices = (msg: string) => [...msg.matchAll(/'([^']+)'/g)].map(([, choice]) => choice!.replaceAll('_', ' '))

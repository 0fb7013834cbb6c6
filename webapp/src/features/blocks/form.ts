/** The inputs for a technique's parameters, read from its JSON schema. */
import type { Technique } from '@/api/types'

export type FieldKind = 'choice' | 'switch' | 'number' | 'text' | 'numbers' | 'words'

export interface FormField {
  name: string
  label: string
  unit: string
  hint: string
  /** What holds while nothing is set, in words. */
  whenEmpty: string
  kind: FieldKind
  choices: string[]
  initial: unknown
  whole: boolean
}

interface Schema {
  type?: string
  title?: string
  description?: string
  default?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  items?: Schema
}

/** How the lab calls what the code calls otherwise. */
const LABELS: Record<string, string> = {
  cyclenumber: 'Cycles', x_axis: 'x axis', y_scale: 'y axis', selected_experiment: 'Experiment',
  selected_process: 'Processing', log_x: 'log x', log_y: 'log y', x: 'x', y: 'y', phase_0: 'Phase, order 0', phase_1: 'Phase, order 1', win_size_1: 'First smoothing',
  win_size_2: 'Last smoothing', p_spline: 'Spline degree', s_spline: 'Spline closeness', mode: 'Several files',
}

const CHOICES: Record<string, string> = { nyquist: 'Nyquist', bode: 'Bode', fid: 'FID', single: 'Compared', multi: 'Joined to one run' }

/** Kept for blocks made long ago, or set by other means: no input of their own. */
const UNSHOWN = new Set(['derivative_mode', 'selected_file_order'])

/** Those few that one seldom touches, behind “More”. */
const SELDOM = new Set([
  'win_size_1', 'win_size_2', 'p_spline', 's_spline', 'mass_tolerance', 'position', 'source', 'phase_0', 'phase_1',
])

export function formOf(technique: Pick<Technique, 'parameters'>): { usual: FormField[], seldom: FormField[] } {
  const properties = (technique.parameters.properties ?? {}) as Record<string, Schema>
  const fields = Object.entries(properties).filter(([name]) => !UNSHOWN.has(name)).map(([name, schema]) => fieldOf(name, schema))
  return { usual: fields.filter(({ name }) => !SELDOM.has(name)), seldom: fields.filter(({ name }) => SELDOM.has(name)) }
}

export function fieldOf(name: string, schema: Schema): FormField {
  const core = schema.anyOf?.find(({ type }) => type !== 'null') ?? schema
  const hint = (schema.description ?? '').replaceAll('``', '')
  return {
    name, hint,
    label: LABELS[name] ?? sentence(schema.title ?? name),
    unit: unitIn(hint),
    whenEmpty: whenEmpty(hint),
    kind: kindOf(core),
    choices: (core.enum ?? []).map(String),
    initial: schema.default ?? null,
    whole: (core.items ?? core).type === 'integer',
  }
}

function kindOf(schema: Schema): FieldKind {
  if (schema.enum) return 'choice'
  if (schema.type === 'boolean') return 'switch'
  if (schema.type === 'array') return schema.items?.type === 'string' ? 'words' : 'numbers'
  return schema.type === 'number' || schema.type === 'integer' ? 'number' : 'text'
}

/** `Wavelength in Å, …` and `Mass (mg), …` name their unit. */
function unitIn(hint: string): string {
  const first = hint.split(/[.;]/)[0] ?? ''
  const unit = /\(([^()\s]{1,6})\)/.exec(first)?.[1] ?? / in (Å|nm|eV|mV|V|mg|g|cm²|Hz|s|°)(?=[\s,.]|$)/.exec(first)?.[1] ?? ''
  return { degrees: '°' }[unit] ?? (/^(m\/z|single|multi|fluorescence)$/.test(unit) || unit.length > 5 ? '' : unit)
}

const UNSET = /(?:^|[;.,] )([^;.,]+?) where (?:(?:both phases are )?empty|none (?:is|are) chosen)|Empty[^:]*: ([^,.]+)/

/** `…; all where empty.` and `Empty: what the file says.` say what holds then. */
function whenEmpty(hint: string): string {
  const either = UNSET.exec(hint)
  return (either?.[1] ?? either?.[2] ?? '').replace(/^that of the /, 'of the ').replace(/^the file’?'?s$/, 'of the file')
    .replace('what the file says', 'of the file').replace('found automatically', 'automatic').replace('a sensible few', 'a few')
}

const sentence = (title: string) => title.charAt(0) + title.slice(1).toLowerCase().replaceAll('_', ' ')

export const choiceLabel = (choice: string) => CHOICES[choice] ?? choice.charAt(0).toUpperCase() + choice.slice(1)

/** What stands in an input for a value. */
export function written(field: FormField, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (field.kind === 'numbers') return ranges(value as number[])
  return Array.isArray(value) ? value.join(', ') : String(value)
}

export type ReadValue = { value: unknown } | { problem: string }

/** What was typed, as a value; `null` where nothing was. Decimal commas are fine. */
export function read(field: FormField, text: string): ReadValue {
  const plain = text.trim()
  if (!plain) return { value: null }
  if (field.kind === 'numbers') return readRanges(plain)
  if (field.kind === 'words') return { value: plain.split(/[,;]/).map((word) => word.trim()).filter(Boolean) }
  if (field.kind !== 'number') return { value: plain }
  const number = Number(plain.replace(',', '.').replace('−', '-'))
  if (!Number.isFinite(number)) return { problem: `“${plain}” is not a number.` }
  return field.whole && !Number.isInteger(number) ? { problem: 'A whole number is needed.' } : { value: number }
}

const MOST_OF_A_RANGE = 10_000

/** `1-3, 7` */
function readRanges(text: string): ReadValue {
  const numbers: number[] = []
  for (const part of text.replaceAll(/\s*[-–]\s*/g, '-').split(/[,;\s]+/).filter(Boolean)) {
    const ends = /^(\d+)(?:-(\d+))?$/.exec(part)
    if (!ends) return { problem: `“${part}” is neither a number nor a range like 1-5.` }
    const first = Number(ends[1])
    const last = Number(ends[2] ?? first)
    if (last < first || last - first > MOST_OF_A_RANGE) return { problem: `“${part}” is not a range that can be shown.` }
    for (let number = first; number <= last; number++) numbers.push(number)
  }
  return { value: [...new Set(numbers)] }
}

function ranges(numbers: number[]): string {
  const runs: [number, number][] = []
  for (const number of numbers) {
    const run = runs.at(-1)
    if (run && run[1] === number - 1) run[1] = number
    else runs.push([number, number])
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ')
}

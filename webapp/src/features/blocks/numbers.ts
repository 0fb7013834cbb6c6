import { minus, superscript } from '@/ui/plot'

/** What was extracted from a measurement, made ready to be read: lines of numbers, and tables. */

export interface Fact {
  label: string
  value: string
  unit: string
}

export interface FactGroup {
  /** Of which file; empty where that is clear. */
  title: string
  facts: Fact[]
}

export interface FactTable {
  title: string
  heads: { label: string, unit: string }[]
  rows: string[][]
}

type Values = Record<string, unknown>

/** Units at the end of a name: `strongest_peak_ppm`. */
const UNITS: Record<string, string> = {
  mAh: 'mAh', mAh_per_g: 'mAh/g', percent: '%', ppm: 'ppm', Hz: 'Hz', MHz: 'MHz', K: 'K', V: 'V', mV: 'mV', A: 'A', mA: 'mA',
  s: 's', ms: 'ms', h: 'h', nm: 'nm', Ohm: 'Ω', ohm: 'Ω', eV: 'eV', mg: 'mg', deg: '°', degrees: '°', celsius: '°C', cm2: 'cm²', px: 'px',
}
const KNOWN_UNITS: Record<string, string> = {
  wavelength_k_alpha1: 'Å', wavelength_k_alpha2: 'Å', wavelength_k_alpha_mean: 'Å', wavelength_k_beta: 'Å', wavelength: 'Å', laser_wavelength: 'nm', positions: '°', widths: '°', d_spacings: 'Å', step: '°', recycle_delay: 's', CNST31: 'Hz', ohmic_resistance: 'Ω', phase_0: '°',
  phase_1: '°',
}
const LABELS: Record<string, string> = {
  peak_data: 'Peaks', positions: '2θ', intensities: 'Intensity', widths: 'Width', d_spacings: 'd', hkls: 'hkl', nscans: 'Scans', wavelength_from: 'Wavelength from',
  CNST31: 'Spinning rate',
  wavelength_k_alpha1: 'Kα₁', wavelength_k_alpha2: 'Kα₂', wavelength_k_alpha_mean: 'Kα, mean', wavelength_k_beta: 'Kβ', laser_wavelength: 'Laser',
}
/** Axes of a diffractometer, as it is drawn. */
const AXES: Record<string, string> = { two_theta: '2θ', theta: 'θ', omega: 'ω', chi: 'χ', phi: 'φ' }
const UNSAID = new Set([
  'acquisition_parameters', 'processing_parameters', 'theoretical', 'current_unit', 'header', 'show', 'processed_data_shape',
  'available_experiments', 'available_processes', 'available_columns', 'available_sheets',
])
const DIGITS = 6
const LONGEST = 120
const MOST_ROWS = 500

/** Single values, in their order, under the name of the file that they are of where there are several. */
export function factsOf(values: Values | undefined, names: Record<string, string> = {}): FactGroup[] {
  const entries = Object.entries(values ?? {}).filter(([name]) => !UNSAID.has(name))
  const own = entries.flatMap(([name, value]) => fact(name, value, values!))
  const inner = entries.filter((entry): entry is [string, Values] =>
    isValues(entry[1]) && !isTable(entry[1]) && !(entry[0] in LABELS))
  const groups = inner.flatMap(([name, value]) => factsOf(value, names).map((group) =>
    (inner.length > 1 ? { ...group, title: group.title || (names[name] ?? name) } : group)))
  return own.length ? [{ title: '', facts: own }, ...groups] : groups
}

/** The value of `position` takes its unit from `position_unit`. */
function fact(name: string, value: unknown, beside: Values): Fact[] {
  const ofAnother = name.endsWith('_unit') && name.slice(0, -'_unit'.length) in beside
  const shown = ofAnother || isValues(value) || value === '' ? undefined : plain(value)
  if (shown === undefined) return []
  const { label, unit } = labelled(name)
  return [{ label, value: shown, unit: unit || (plain(beside[`${name}_unit`]) ?? '').replace('cm2', 'cm²') }]
}

/** Lists that belong together (the peaks of a pattern) and lists of records, as tables. */
export function tablesOf(values: Values | undefined, names: Record<string, string> = {}, title = ''): FactTable[] {
  return Object.entries(values ?? {}).flatMap(([name, value]): FactTable[] => {
    const own = names[name] ?? labelled(name).label
    if (Array.isArray(value) && value.length && value.every(isValues)) return [ofRecords(own, value)]
    if (!isValues(value)) return []
    const alone = Object.keys(values ?? {}).length === 1
    if (isTable(value)) return [ofColumns(title && alone ? title : title ? `${title}, ${own}` : own, value)]
    return tablesOf(value, names, name in LABELS ? own : title)
  }).filter(({ rows }) => rows.length > 0)
}

function isTable(value: Values): boolean {
  return Object.values(value).filter((one) => Array.isArray(one) && one.every((part) => !isValues(part))).length > 1
}

function ofColumns(title: string, value: Values): FactTable {
  const lists = Object.entries(value)
    .filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]) && entry[1].length > 0)
  const length = Math.max(0, ...lists.map(([, list]) => list.length))
  const rows = Array.from({ length: Math.min(length, MOST_ROWS) }, (_, row) => lists.map(([, list]) => plain(list[row]) ?? ''))
  return { title, heads: lists.map(([name]) => labelled(name)), rows }
}

function ofRecords(title: string, records: Values[]): FactTable {
  const names = [...new Set(records.flatMap(Object.keys))]
  const rows = records.slice(0, MOST_ROWS).map((record) => names.map((name) => plain(record[name]) ?? ''))
  return { title, heads: names.map((name) => labelled(name)), rows }
}

function labelled(name: string): { label: string, unit: string } {
  const ending = Object.keys(UNITS).filter((unit) => name.endsWith(`_${unit}`)).sort((a, b) => b.length - a.length)[0]
  const stem = ending ? name.slice(0, -ending.length - 1) : name
  const words = LABELS[name] ?? (/\.\w+$/.test(stem) ? stem : sentence(stem))
  return { label: words, unit: ending ? UNITS[ending]! : (KNOWN_UNITS[name] ?? '') }
}

function sentence(name: string): string {
  const words = name.replaceAll('_', ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function plain(value: unknown): string | undefined {
  if (typeof value === 'number') return amount(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) {
    const parts = value.map(plain)
    return parts.length && parts.length <= 6 && parts.every((part) => part !== undefined) ? parts.join(', ') : undefined
  }
  if (typeof value !== 'string' || value.length > LONGEST) return undefined
  return /^\d{4}-\d\d-\d\dT/.test(value) ? value.slice(0, 16).replace('T', ' ') : (AXES[value] ?? value)
}

export function amount(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value).replace('-', '−')
  const [digits, power] = String(Number(value.toPrecision(DIGITS))).split('e') as [string, string?]
  return minus(power ? `${digits}·10${superscript(Number(power))}` : digits)
}

const isValues = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value)

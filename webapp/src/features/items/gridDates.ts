const DAY_FIRST = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$/
const SLASHES = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/
const LAST_MONTH = 12

/**
 * A day as spreadsheets write it, as ISO 8601: `1.3.2026`, and `13/3/2026` or `3/13/2026`, where only one reading is
 * possible. All else stays as it is, for the server to judge.
 */
export function isoDay(cell: string): string {
  const text = cell.trim()
  const [, day, month, year] = DAY_FIRST.exec(text) ?? []
  if (day && month && year) return joined(year, month, day)
  const [, first, second, inYear] = SLASHES.exec(text) ?? []
  if (!first || !second || !inYear) return text
  if (Number(first) > LAST_MONTH || first === second) return joined(inYear, second, first)
  return Number(second) > LAST_MONTH ? joined(inYear, first, second) : text
}

/** When such a day begins here: it stays that day for everybody in this time zone. All else stays as it is. */
export function dayHere(cell: string): string {
  const day = isoDay(cell)
  const start = /^\d{4}-\d\d-\d\d$/.test(day) ? new Date(`${day}T00:00`) : undefined
  return start?.getDate() === Number(day.slice(-2)) ? start.toISOString() : day
}

const joined = (year: string, month: string, day: string) => `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`

const NUMBER = /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?$/i

/** A number from how people type it (decimal point or comma); `null` for nothing, the text itself when it is no number. */
export function numberFrom(typed: string): number | string | null {
  const text = typed.trim().replace('−', '-')
  if (!text) return null
  return NUMBER.test(text) ? Number(text.replace(',', '.')) : typed
}

/** A number as one reads it, to so many significant digits where that is wanted. */
export function numberText(value: unknown, digits?: number): string {
  if (typeof value !== 'number') return value == null ? '' : String(value)
  return String(digits ? Number(value.toPrecision(digits)) : value)
}

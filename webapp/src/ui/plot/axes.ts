/** What an axis says: `Intensity (counts)` is a quantity and its unit. */
export interface AxisWords {
  quantity: string
  unit: string
}

export function axisWords(title: string): AxisWords {
  const plain = title.replaceAll(/<[^>]*>/g, '').trim()
  const parts = /^(.*\S)\s+\(([^()]*(?:\([^()]*\)[^()]*)*)\)$/.exec(plain)
  return parts ? { quantity: parts[1]!, unit: parts[2]! } : { quantity: plain, unit: '' }
}

/** A title with the signs of quantities in italics, as they are printed: 2θ, d, Q, λ, δ, Z. */
export function typeset(title: string): string {
  if (title.includes('<')) return title
  return title
    .replaceAll(/[θλδν]/g, (sign) => `<i>${sign}</i>`)
    .replace(/^(d|Q|m\/z)(?=\s|$)/, '<i>$1</i>')
    .replaceAll(/\bd([QV])\/d([QV])\b/g, 'd<i>$1</i>/d<i>$2</i>')
    .replaceAll(/(Re|Im)\(Z\)/g, '$1(<i>Z</i>)')
    .replaceAll('|Z|', '|<i>Z</i>|')
}

const SHARE_OF_SPAN = 2000
const MOST_DECIMALS = 8

/** A coordinate with as many digits as the screen can tell apart over `span`. */
export function coordinate(value: number, span: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) return minus(scientific(value))
  const decimals = Math.ceil(-Math.log10(Math.abs(span) / SHARE_OF_SPAN || 1))
  return minus(value.toFixed(Math.min(Math.max(decimals, 0), MOST_DECIMALS)))
}

/** `1.23·10⁻⁵` */
export function scientific(value: number): string {
  const [digits, power] = value.toExponential(3).split('e') as [string, string]
  return `${Number(digits)}·10${superscript(Number(power))}`
}

/** A number and its unit with a space that does not break; degrees stand close. */
export const withUnit = (value: string, unit: string) => (unit && unit !== '°' ? `${value}\u00a0${unit}` : `${value}${unit}`)

/** A number with a true minus sign. */
export const minus = (text: string) => text.replace(/^-/, '−')

export const superscript = (power: number) => String(power).replaceAll(/[-\d]/g, (sign) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)] ?? '⁻')

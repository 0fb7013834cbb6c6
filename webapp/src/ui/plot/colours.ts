type Rgb = [red: number, green: number, blue: number]

/** The set of Okabe and Ito, which figures may name; each becomes the theme's own form of it. */
const KNOWN = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#999999', '#000000']

/** Viridis at equal steps. */
const VIRIDIS: Rgb[] = [
  [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141], [39, 173, 129], [92, 200, 99],
  [170, 220, 50], [253, 231, 37],
]

/** Lines must stand out from the ground at least so much (WCAG, for what is not text). */
const CONTRAST = 3
const STEP = 0.08

/** A colour that a figure asked for, as the theme shows it: known ones by its own set, others until they can be seen. */
export function themed(asked: string, series: string[], ground: string): string {
  const place = KNOWN.indexOf(asked.toLowerCase())
  return series[place] ?? readable(asked, ground)
}

/** `count` colours that run from one end of viridis to the other, each readable on the ground. */
export function sequence(count: number, ground: string): string[] {
  return Array.from({ length: count }, (_, index) => readable(css(viridis(count > 1 ? index / (count - 1) : 0)), ground))
}

/** The colour, moved towards the ground's opposite until it can be told from the ground. */
export function readable(colour: string, ground: string): string {
  const [own, behind] = [rgb(colour), rgb(ground)]
  if (!own || !behind) return colour
  const away = luminance(behind) > 0.4 ? 0 : 255
  let now = own
  while (contrast(now, behind) < CONTRAST) now = now.map((part) => part + (away - part) * STEP) as Rgb
  return now === own ? colour : css(now)
}

function viridis(share: number): Rgb {
  const place = share * (VIRIDIS.length - 1)
  const low = VIRIDIS[Math.floor(place)]!
  const high = VIRIDIS[Math.ceil(place)]!
  return low.map((part, index) => part + (high[index]! - part) * (place % 1)) as Rgb
}

function rgb(colour: string): Rgb | undefined {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour)
  if (hex) return hex.slice(1).map((part) => parseInt(part, 16)) as Rgb
  const numbers = /^rgba?\(([^)]*)\)$/i.exec(colour)?.[1]?.split(/[\s,/]+/).slice(0, 3).map(Number)
  return numbers?.length === 3 && numbers.every(Number.isFinite) ? (numbers as Rgb) : undefined
}

const css = (colour: Rgb) => `rgb(${colour.map(Math.round).join(', ')})`

function contrast(one: Rgb, other: Rgb): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

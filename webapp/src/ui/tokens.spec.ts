import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const CSS = readFileSync('src/ui/tokens.css', 'utf8')
const READABLE = 4.5
const VISIBLE = 3

/** A token's colour in a theme, as the three channels from 0 to 255. */
function channels(token: string, theme: 'light' | 'dark'): number[] {
  const [, light, dark] = new RegExp(`--${token}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(CSS) ?? []
  const hex = theme === 'light' ? light : dark
  if (!hex) throw new Error(`--${token} is no pair of colours.`)
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))
}

/** Relative luminance and contrast ratio as WCAG 2.2 defines them. */
function luminance(rgb: number[]): number {
  const linear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
  const [r = 0, g = 0, b = 0] = rgb.map((value) => linear(value / 255))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: number[], b: number[]): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  const GROUNDS = ['surface', 'surface-sunken', 'surface-raised', 'surface-hover', 'surface-selected']

  it.each(GROUNDS.flatMap((ground) => ['text', 'text-muted', 'text-faint', 'accent', 'danger', 'warning'].map((text) => [text, ground])))(
    '%s can be read on %s', (text, ground) => {
      expect(contrast(channels(text!, theme), channels(ground!, theme))).toBeGreaterThanOrEqual(READABLE)
    })

  it.each([
    ['text-on-accent', 'accent'], ['text-on-accent', 'accent-hover'], ['text-on-danger', 'danger'], ['text-on-danger', 'danger-hover'],
    ['danger', 'danger-soft'], ['warning', 'warning-soft'], ['accent', 'accent-soft'],
  ])('%s can be read on %s', (text, ground) => {
    expect(contrast(channels(text, theme), channels(ground, theme))).toBeGreaterThanOrEqual(READABLE)
  })

  it.each([
    'line-control', 'focus', 'type-samples', 'type-cells', 'type-starting_materials', 'type-equipment', 'type-collections',
    ...Array.from({ length: 8 }, (_, n) => `series-${n + 1}`),
  ])('%s can be told from the page', (token) => {
    expect(contrast(channels(token, theme), channels('surface', theme))).toBeGreaterThanOrEqual(VISIBLE)
  })
})

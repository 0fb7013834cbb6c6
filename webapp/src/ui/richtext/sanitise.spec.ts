import { expect, it } from 'vitest'
import { sanitised } from './sanitise'

function shown(html: string): string {
  const place = document.createElement('div')
  place.append(sanitised(html))
  return place.innerHTML
}

it('keeps what people write', () => {
  const text = '<h2>Plan</h2><p><strong>C/20</strong> H<sub>2</sub>O</p><table><tbody><tr><td colspan="2">1</td></tr></tbody></table>'
  expect(shown(text)).toBe(text)
})

it('keeps formulas and names of items', () => {
  const text = '<p><span data-latex="a^2" data-type="inline-math"></span> <a data-type="mention" data-id="grey:AB" href="/items/grey:AB">LCO</a></p>'
  expect(shown(text)).toBe(text)
})

it.each([
  '<script>alert(1)</script>', '<img src="x" onerror="alert(1)">', '<a href="javascript:alert(1)">x</a>',
  '<iframe src="/"></iframe>', '<p style="background:url(https://spy.example)">x</p>', '<svg onload="alert(1)"></svg>',
])('takes out what could run or load: %s', (html) => {
  expect(shown(html)).not.toMatch(/alert|iframe|style|spy/)
})

it('loads no picture from another host, and keeps pasted ones', () => {
  expect(shown('<img src="https://spy.example/p.png">')).not.toContain('spy')
  expect(shown('<img src="//spy.example/p.png">')).not.toContain('spy')
  expect(shown('<img src="data:image/png;base64,AAAA">')).toContain('data:image/png')
})

it('opens links to elsewhere beside the page', () => {
  expect(shown('<a href="https://iupac.org">x</a>')).toContain('rel="noopener noreferrer"')
  expect(shown('<a href="/items/grey:AB">x</a>')).not.toContain('target')
})

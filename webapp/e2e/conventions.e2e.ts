import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { APIRequestContext, Locator, Page } from '@playwright/test'
import { expect, picture, test } from './journey'
import { attach, pattern } from './measured'

const DATA = fileURLToPath(new URL('../../pydatalab/tests/data/', import.meta.url))

interface Axis { range: [number, number], _length: number, title: { text: string } }

interface Shown { x: Axis, y: Axis }

/** An item whose one block shows a real file; its card, once the plot is drawn. */
async function shown(page: Page, api: APIRequestContext, refcode: string, technique: string, path: string): Promise<Locator> {
  const file = await attach(api, refcode, basename(path), await readFile(DATA + path))
  await api.post(`/v1/items/${refcode}/blocks`, { data: { technique, file_ids: [file], title: 'Shown' } })
  await page.goto(`/items/${refcode}`)
  return drawn(page)
}

async function drawn(page: Page): Promise<Locator> {
  const card = page.getByRole('article', { name: 'Shown' })
  await card.scrollIntoViewIfNeeded()
  await expect(card.locator('.js-plotly-plot .trace, .js-plotly-plot .points').first()).toBeAttached({ timeout: 20_000 })
  return card
}

/** The axes as they are drawn, titles without typesetting. */
const axes = (card: Locator): Promise<Shown> => card.locator('.canvas').evaluate((plot) => {
  const { xaxis, yaxis } = (plot as unknown as { _fullLayout: { xaxis: Axis, yaxis: Axis } })._fullLayout
  const plain = ({ range, _length, title }: Axis) => ({ range, _length, title: { text: title.text.replaceAll(/<[^>]*>/g, '') } })
  return { x: plain(xaxis), y: plain(yaxis) }
})

/** Where the first curve is highest. */
const highest = (card: Locator): Promise<number> => card.locator('.canvas').evaluate((plot) => {
  const { x, y } = (plot as unknown as { calcdata: { x: number, y: number }[][] }).calcdata[0]!
    .reduce((best, point) => (point.y > best.y ? point : best))
  return y > 0 ? x : NaN
})

test('NMR shift runs from high to low, and says its nucleus', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'CONV-NMR' })
  const card = await shown(page, api, refcode!, 'nmr', 'nmr/jcamp/aspirin_1h.fid.dx')
  const { x } = await axes(card)
  expect(x.range[0]).toBeGreaterThan(x.range[1])
  expect(x.title.text).toBe('δ(¹H) (ppm)')
  await expect(card.getByLabel('Nucleus')).toHaveAttribute('placeholder', '1H')
})

test('infrared wavenumber runs from high to low', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'CONV-IR' })
  const { x } = await axes(await shown(page, api, refcode!, 'ftir', 'spectra/opus/BF_lo_01_soil_cal.1'))
  expect(x.range[0]).toBeGreaterThan(x.range[1])
  expect(x.title.text).toBe('Wavenumber (cm⁻¹)')
})

test('a Nyquist plot has equal scales, −Im upwards', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'cells', item_id: 'CONV-EIS' })
  const card = await shown(page, api, refcode!, 'eis', 'biologic/peis.mpt')
  const { x, y } = await axes(card)
  const scale = ({ range, _length }: Axis) => (range[1] - range[0]) / _length
  expect(scale(x)).toBeGreaterThan(0)
  expect(scale(y) / scale(x)).toBeCloseTo(1, 2)
  expect(y.title.text).toBe('−Im(Z) (Ω)')
})

test('the laser comes from the file and is shown', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'CONV-RAMAN' })
  const card = await shown(page, api, refcode!, 'raman', 'raman/labspec/labspec_raman_example.txt')
  expect((await axes(card)).x.title.text).toBe('Raman shift (cm⁻¹)')
  await expect(card.getByLabel('Laser wavelength')).toHaveAttribute('placeholder', '532')
})

test('a nucleus of one\'s own goes before that of the file', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'CONV-NUCLEUS' })
  const card = await shown(page, api, refcode!, 'nmr', 'nmr/bruker/phosphoric_acid_31p.zip')
  expect((await axes(card)).x.title.text).toBe('δ(³¹P) (ppm)')
  await card.getByLabel('Nucleus').fill('19F')
  await expect.poll(async () => (await axes(card)).x.title.text).toBe('δ(¹⁹F) (ppm)')
})

test('a laser of one\'s own makes Raman shifts of wavelengths', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'CONV-LASER' })
  const rows = Array.from({ length: 801 }, (_, n) => 540 + n / 10).map((at) => `${at.toFixed(1)}\t${(50 + 900 * Math.exp(-(((at - 607.3) / 0.4) ** 2))).toFixed(1)}`)
  const file = await attach(api, refcode!, 'air.txt', Buffer.from(`Wavelength (nm)\tIntensity (counts)\n${rows.join('\n')}\n`))
  await api.post(`/v1/items/${refcode}/blocks`, { data: { technique: 'raman', file_ids: [file], title: 'Shown' } })
  await page.goto(`/items/${refcode}`)
  const card = await drawn(page)
  expect((await axes(card)).x.title.text).toBe('Wavelength (nm)')
  await card.getByLabel('Laser wavelength').fill('532')
  await expect.poll(async () => (await axes(card)).x.title.text).toBe('Raman shift (cm⁻¹)')
  // N₂ vibrates at 2330.7 cm⁻¹, which a laser of 532 nm shows at 607.3 nm
  expect(await highest(card)).toBeCloseTo(2330.7, -1)
})

for (const [technique, path, reference, axis, title] of [
  ['cycle', 'biologic/cp.mpr', 'SCE', 'y', 'Voltage'], ['cv', 'biologic/Pt_poly_cv_CUT.mpt', '', 'x', 'Potential'],
] as const) {
  test(`a potential of ${technique} is drawn against its reference, the file's or one's own`, async ({ page, api, addItems }) => {
    const [refcode] = await addItems({ type: 'cells', item_id: `CONV-REF-${technique}` })
    const card = await shown(page, api, refcode!, technique, path)
    const titled = async () => (await axes(card))[axis].title.text
    expect(await titled()).toBe(reference ? `${title} (V vs ${reference})` : `${title} (V)`)
    const field = card.getByLabel('Reference')
    await field.fill('Li/Li+')
    await expect.poll(titled).toBe(`${title} (V vs Li/Li⁺)`)
    await picture(page, `reference-${technique}`)
    await page.reload()
    await drawn(page)
    expect(await titled()).toBe(`${title} (V vs Li/Li⁺)`)
    await field.fill('')
    await expect.poll(titled).toBe(reference ? `${title} (V vs ${reference})` : `${title} (V)`)
  })
}

test('what was said of a refused wavelength goes once something else is typed', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'REFUSED-1' })
  const file = await attach(api, refcode!, 'pattern.xy', pattern([35]))
  await api.post(`/v1/items/${refcode}/blocks`, { data: { technique: 'xrd', file_ids: [file], title: 'Refused' } })
  await page.goto(`/items/${refcode}`)
  const card = page.getByRole('article', { name: 'Refused' })
  const field = card.getByLabel('Wavelength')
  await field.fill('-1')
  await field.press('Enter')
  await expect(card.getByText(/greater than 0/).first()).toBeVisible()
  await field.fill('-1x')
  await expect(card.getByText('“-1x” is not a number.')).toBeVisible()
  await expect(card.getByText(/greater than 0/)).toHaveCount(0)
  await picture(page, 'refused-wavelength')
  await field.fill('0.7093')
  await field.press('Enter')
  await expect(card.getByRole('alert')).toHaveCount(0)
})

test('a wavelength of one\'s own moves the peaks of d', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'CONV-XRD' })
  const file = await attach(api, refcode!, 'silicon.xy', pattern([28.442]))
  await api.post(`/v1/items/${refcode}/blocks`, {
    data: { technique: 'xrd', file_ids: [file], title: 'Shown', parameters: { wavelength: 0.709319 } },
  })
  await page.goto(`/items/${refcode}`)
  const card = await drawn(page)
  await card.getByText('Peaks').click()
  // Bragg: d = λ / (2 sin θ) at 2θ = 28.442°, for Mo Kα1 and (silicon 111) for Cu Kα1
  await expect(card.getByRole('table')).toContainText('1.443')
  await card.getByLabel('Wavelength').fill('1.540598')
  await expect(card.getByRole('table')).toContainText('3.13')
})

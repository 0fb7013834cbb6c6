import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { expect, expectAccessible, picture, test } from './journey'
import { attach, pattern } from './measured'

const SETTLED = 'The plot is as one left it.'

/** A card once its plot is drawn. */
async function drawn(page: Page, title: string): Promise<Locator> {
  const card = page.getByRole('article', { name: title })
  await card.scrollIntoViewIfNeeded()
  await expect(card.locator('.js-plotly-plot .trace').first()).toBeVisible({ timeout: 15_000 })
  return card
}

const shownRange = (card: Locator) =>
  card.locator('.canvas').evaluate((plot) => (plot as unknown as { _fullLayout: { xaxis: { range: [number, number] } } })._fullLayout.xaxis.range)

test('a measurement is plotted from its file, with its numbers, and zooms in for more points', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'PLOT-1', name: 'Silicon powder' })
  await attach(api, refcode!, 'silicon.xy', pattern([28.44, 47.3, 56.12]))
  await page.goto(`/items/${refcode}`)
  await page.getByRole('button', { name: 'Plot as Powder XRD: silicon.xy' }).click()
  const card = await drawn(page, 'Powder XRD')
  await card.getByText('Peaks').click()
  await expect(card.getByRole('table')).toContainText('28.4')

  const plot = card.getByRole('group', { name: 'Plot of Powder XRD' })
  const finer = page.waitForResponse((answer) => answer.url().includes('range='))
  await plot.focus()
  await page.keyboard.press('+')
  await page.keyboard.press('+')
  expect((await finer).ok()).toBe(true)
  const zoomed = await shownRange(card)
  expect(zoomed[1] - zoomed[0]).toBeLessThan(50)

  const redrawn = page.waitForResponse((answer) => answer.url().includes('/figure') && answer.url().includes('range='))
  await card.getByLabel('Baseline').check()
  await redrawn
  expect(await shownRange(card), SETTLED).toEqual(zoomed)

  await plot.locator('.nsewdrag').first().dblclick()
  await expect.poll(async () => (await shownRange(card))[1]).toBeGreaterThan(75)
  await picture(page, 'block')
})

test('a plot with its parameters and numbers keeps nobody out', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'AXE-1' })
  const file = await attach(api, refcode!, 'silicon.xy', pattern([28.44, 47.3]))
  await api.post(`/v1/items/${refcode}/blocks`, { data: { technique: 'xrd', file_ids: [file] } })
  await page.goto(`/items/${refcode}`)
  const card = await drawn(page, 'Powder XRD')
  await card.getByText('Peaks').click()
  await expectAccessible(page)
})

test('patterns of two items are compared in one plot', async ({ page, api, addItems }) => {
  const [mine, other] = await addItems({ type: 'samples', item_id: 'CMP-1' }, { type: 'samples', item_id: 'CMP-2' })
  const own = await attach(api, mine!, 'mine.xy', pattern([30]))
  await attach(api, other!, 'theirs-of-august.xy', pattern([31]))
  await api.post(`/v1/items/${mine}/blocks`, { data: { technique: 'xrd', file_ids: [own] } })
  await page.goto(`/items/${mine}`)
  const card = await drawn(page, 'Powder XRD')
  await card.getByRole('button', { name: 'Compare' }).click()
  await page.getByRole('combobox', { name: 'From another item' }).fill('august')
  await page.getByRole('option', { name: /theirs-of-august/ }).click()
  await expect(card.getByRole('listitem').filter({ hasText: 'theirs-of-august.xy' })).toBeVisible()
  await expect(card.locator('.legend .traces')).toHaveCount(2)
  await expect(card.getByLabel('Stack')).toBeVisible()
  await expect(card.getByText('Peaks, theirs-of-august.xy')).toBeVisible()
})

test('a file that a technique cannot read says so on its block, and what to do', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'ERR-1' })
  const file = await attach(api, refcode!, 'pattern.xy', pattern([40]))
  await api.post(`/v1/items/${refcode}/blocks`, { data: { technique: 'nmr', file_ids: [file], title: 'Wrong' } })
  await page.goto(`/items/${refcode}`)
  const card = page.getByRole('article', { name: 'Wrong' })
  await expect(card.getByRole('alert')).toContainText('This cannot be drawn')
  await card.getByRole('button', { name: 'Show as Powder XRD' }).click()
  await drawn(page, 'Powder XRD')
  await expect(card).toHaveCount(0)
})

test('a plot that fills the screen keeps the keyboard until Escape', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'FULL-1' })
  const file = await attach(api, refcode!, 'silicon.xy', pattern([28.44]))
  await api.post(`/v1/items/${refcode}/blocks`, { data: { technique: 'xrd', file_ids: [file] } })
  await page.goto(`/items/${refcode}`)
  const card = await drawn(page, 'Powder XRD')
  await card.getByRole('button', { name: 'Full screen' }).press('Enter')
  const full = page.getByRole('dialog', { name: 'Powder XRD' })
  await expect(full.getByRole('button', { name: 'Leave full screen' })).toBeFocused()
  for (let step = 0; step < 20; step += 1) {
    await page.keyboard.press('Tab')
    expect(await full.evaluate((here) => here.contains(document.activeElement))).toBe(true)
  }
  await page.keyboard.press('Escape')
  await expect(full).toHaveCount(0)
  await expect(card.getByRole('button', { name: 'Full screen' })).toBeFocused()
})

test('a plot becomes a picture in the letters of the page, twice as fine as the screen', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'PNG-1' })
  const file = await attach(api, refcode!, 'silicon.xy', pattern([28.44]))
  await api.post(`/v1/items/${refcode}/blocks`, { data: { technique: 'xrd', file_ids: [file] } })
  await page.goto(`/items/${refcode}`)
  const card = await drawn(page, 'Powder XRD')
  const shown = (await card.locator('.canvas').boundingBox())!
  await card.getByRole('button', { name: 'Picture' }).click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /PNG/ }).click()])
  expect(download.suggestedFilename()).toBe('PNG-1-Powder XRD.png')
  const png = await readFile(await download.path())
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * Math.round(shown.width), 2 * Math.round(shown.height)])
  await download.saveAs('e2e/results/pictures/plot.png')
})

test.describe('by touch', () => {
  test.use({ hasTouch: true, viewport: { width: 1024, height: 768 } })

  test('two fingers zoom a plot, and what lies between them stays there', async ({ page, api, addItems }) => {
    const [refcode] = await addItems({ type: 'samples', item_id: 'PINCH-1' })
    const file = await attach(api, refcode!, 'silicon.xy', pattern([28.44]))
    await api.post(`/v1/items/${refcode}/blocks`, { data: { technique: 'xrd', file_ids: [file] } })
    await page.goto(`/items/${refcode}`)
    const card = await drawn(page, 'Powder XRD')
    const plot = (await card.locator('.nsewdrag').first().boundingBox())!
    const whole = await shownRange(card)
    const y = plot.y + plot.height / 2
    const fingers = (...shares: number[]) => shares.map((share, id) => ({ id, x: plot.x + share * plot.width, y }))
    const screen = await page.context().newCDPSession(page)
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...shares: number[]) =>
      screen.send('Input.dispatchTouchEvent', { type, touchPoints: fingers(...shares) })
    await touch('touchStart', 0.4, 0.6)
    await touch('touchMove', 0.35, 0.65)
    await touch('touchMove', 0.3, 0.7)
    await touch('touchEnd')
    await expect.poll(async () => {
      const [from, to] = await shownRange(card)
      return (to - from) / (whole[1] - whole[0])
    }).toBeCloseTo(0.5, 1)
    const [from, to] = await shownRange(card)
    expect((from + to) / 2).toBeCloseTo((whole[0] + whole[1]) / 2, 0)
  })
})

test('a block says when its file was detached, and brings it back', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'LOST-1' })
  const file = await attach(api, refcode!, 'lost.xy', pattern([28.44]))
  await api.post(`/v1/items/${refcode}/blocks`, { data: { technique: 'xrd', file_ids: [file] } })
  await page.goto(`/items/${refcode}`)
  const card = await drawn(page, 'Powder XRD')
  await page.getByRole('button', { name: 'More about lost.xy' }).click()
  await page.getByRole('menuitem', { name: 'Detach' }).click()
  await expect(card.getByRole('alert')).toContainText('was detached')
  await expect(card.getByRole('listitem').filter({ hasText: 'lost.xy' })).toHaveAttribute('title', /not attached any more/)

  await page.reload()
  await card.scrollIntoViewIfNeeded()
  await expect(card.getByRole('listitem').filter({ hasText: 'Detached file' })).toBeVisible()
  await expect(card).not.toContainText(file)
  await card.getByRole('button', { name: 'Attach again' }).click()
  await drawn(page, 'Powder XRD')
  await expect(page.getByRole('region', { name: /^Files/ }).getByRole('link', { name: 'lost.xy' })).toBeVisible()
})

test('blocks are ordered by keys and by dragging, deleted and brought back', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'ORD-1' })
  for (const title of ['First', 'Second', 'Third']) {
    await api.post(`/v1/items/${refcode}/blocks`, { data: { technique: 'comment', title } })
  }
  await page.goto(`/items/${refcode}`)
  const titles = () => page.getByRole('article').getByRole('textbox', { name: 'Title of this block' })
    .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value))
  await expect.poll(titles).toEqual(['First', 'Second', 'Third'])

  await page.getByRole('button', { name: 'Move Third' }).press('ArrowUp')
  await expect.poll(titles).toEqual(['First', 'Third', 'Second'])
  await expect(page.getByText('Moved to place 2 of 3.')).toBeAttached()

  await page.getByRole('button', { name: 'Move First' }).hover()
  await page.mouse.down()
  await page.mouse.move(300, 500)
  const last = (await page.getByRole('article', { name: 'Second' }).boundingBox())!
  await page.mouse.move(300, last.y + last.height - 2, { steps: 6 })
  const saved = page.waitForResponse((answer) => answer.url().endsWith('/display-order'))
  await page.mouse.up()
  expect((await saved).ok()).toBe(true)
  expect(await titles()).toEqual(['Third', 'Second', 'First'])

  await page.getByRole('toolbar', { name: 'Tools of Second' }).getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect.poll(titles).toEqual(['Third', 'First'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(titles).toEqual(['Third', 'Second', 'First'])
  await page.reload()
  await expect.poll(titles).toEqual(['Third', 'Second', 'First'])
})

test('what is typed after adding a comment or a note stands in it, and presses no keys of the page', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'TYPED-1' })
  await page.goto(`/items/${refcode}`)
  const comment = page.getByRole('textbox', { name: 'Comment' })
  await page.getByRole('button', { name: 'Add' }).last().click()
  await page.getByRole('menuitem', { name: 'Comment' }).click()
  await expect(comment).toBeFocused()
  await page.keyboard.type('no new phase')
  await expect(comment).toHaveText('no new phase')
  await expect(page.getByRole('dialog')).toHaveCount(0)

  await api.post(`/v1/items/${refcode}/blocks`, { data: { technique: 'xrd', title: 'Pattern' } })
  await page.reload()
  const card = page.getByRole('article', { name: 'Pattern' })
  await card.getByRole('button', { name: /^More/ }).click()
  await page.getByRole('menuitem', { name: 'Add a note' }).click()
  await expect(card.getByRole('textbox', { name: 'Comment' })).toBeFocused()
})

test('a comment written without a network is kept, and saved when the network is back', async ({ page, context, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'OFF-1' })
  await api.post(`/v1/items/${refcode}/blocks`, { data: { technique: 'comment', title: 'Notes' } })
  await page.goto(`/items/${refcode}`)
  const card = page.getByRole('article', { name: 'Notes' })
  const text = card.getByRole('textbox', { name: 'Comment' })
  await text.click()
  await context.setOffline(true)
  await text.pressSequentially('Colour turned blue at 80 °C')
  await expect(card.getByText('Not saved yet: no network. Kept here.')).toBeVisible()

  await context.setOffline(false)
  const again = await context.newPage()
  await page.close({ runBeforeUnload: false })
  await again.goto(`/items/${refcode}`)
  await expect(again.getByRole('article', { name: 'Notes' })).toContainText('Colour turned blue at 80 °C')
  await expect.poll(async () => {
    const item = await (await api.get(`/v1/items/${refcode}`)).json() as { blocks_obj: Record<string, { freeform_comment: string }> }
    return Object.values(item.blocks_obj)[0]!.freeform_comment
  }).toContain('Colour turned blue at 80 °C')
})

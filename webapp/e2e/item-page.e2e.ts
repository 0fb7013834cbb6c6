import { expect, expectAccessible, picture, test } from './journey'
import { saved, stored } from './itemPage'

test('every field of a sample is saved as one types', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'FIELDS-1' })
  await page.goto(`/items/${refcode}`)
  await page.getByRole('textbox', { name: 'Name' }).fill('Lithium cobalt oxide')
  await page.getByRole('textbox', { name: 'Chemical formula' }).fill('LiCoO2')
  await page.getByLabel('Made on').fill('2026-03-14T14:02')
  await page.getByRole('textbox', { name: 'Hazards (GHS)' }).fill('H302 H319')
  await page.keyboard.press('Enter')
  await page.getByRole('combobox', { name: 'Status' }).click()
  await page.getByRole('option', { name: 'Completed' }).click()
  await saved(page)

  expect(await stored(api, refcode)).toMatchObject({
    name: 'Lithium cobalt oxide', chemform: 'LiCoO2', GHS_codes: 'H302, H319', status: 'completed',
  })
  // Li 6.94, Co 58.933, O 15.999 (IUPAC): worked out, and shown as such
  await expect(page.getByText('g/mol · computed')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Molar mass' })).toHaveAttribute('placeholder', /^97\.87/)

  await page.reload()
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Lithium cobalt oxide')
  await expect(page.getByText('H302').first()).toBeVisible()
})

test('a molar mass of one\'s own overrides the computed one, and what is no number is said at its field', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'MASS-1', chemform: 'CuSO4·5H2O', name: 'Vitriol' })
  await page.goto(`/items/${refcode}`)
  const mass = page.getByRole('textbox', { name: 'Molar mass' })
  await expect(mass).toHaveAttribute('placeholder', /^249\.6/)
  await mass.fill('250,5')
  await saved(page)
  expect(await stored(api, refcode)).toMatchObject({ molar_mass: 250.5 })

  await mass.fill('heavy')
  await page.getByRole('textbox', { name: 'Name' }).fill('Blue vitriol')
  await expect(page.getByRole('alert')).toContainText(/number/i)
  await expect.poll(async () => (await stored(api, refcode)).name).toBe('Blue vitriol')
  await expect(mass).toHaveValue('heavy')
  await mass.fill('')
  await saved(page)
  await expect(mass).toHaveAttribute('placeholder', /^249\.6/)
})

test('a text holds headings, tables, formulas and the names of items, and comes back as it was', async ({ page, api, addItems }) => {
  await addItems({ type: 'samples', item_id: 'PARENT-7', name: 'Precursor seven' })
  const [refcode] = await addItems({ type: 'samples', item_id: 'TEXT-1' })
  await page.goto(`/items/${refcode}`)
  await page.getByRole('textbox', { name: 'Description' }).click()
  await page.keyboard.type('Made from @PARENT')
  await expect(page.getByRole('option', { name: /PARENT-7/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await page.keyboard.type('by $$E = mc^2$$')
  await page.getByRole('button', { name: 'Table', exact: true }).click()
  await page.keyboard.type('Step')
  await saved(page)

  const { description } = await stored(api, refcode)
  expect(description).toContain('data-latex="E = mc^2"')
  expect(description).toMatch(/<a [^>]*href="\/items\/\w+:\w+"[^>]*>PARENT-7<\/a>/)
  expect(description).toContain('<th')

  await page.reload()
  await expect(page.getByRole('link', { name: 'PARENT-7' })).toBeVisible()
  await expect(page.locator('.katex').first()).toBeVisible()
  await page.getByRole('link', { name: 'PARENT-7' }).click()
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Precursor seven')
})

test('what somebody else stored as text runs nothing', async ({ page, addItems }) => {
  const [refcode] = await addItems({
    type: 'samples', item_id: 'EVIL-1',
    description: '<p>Kept</p><img src="x" onerror="document.title=1"><script>document.title=1</script><a href="javascript:document.title=1">link</a>',
  })
  await page.goto(`/items/${refcode}`)
  await expect(page.getByText('Kept')).toBeVisible()
  await expect(page.locator('a[href^="javascript"]')).toHaveCount(0)
  await expect(page).toHaveTitle(/EVIL-1/)
})

test('a chip that is dropped into a text names its item, and a pasted picture stays in it', async ({ page, api, addItems }) => {
  const [parent] = await addItems({ type: 'samples', item_id: 'DRAGGED', name: 'To be dragged' })
  const [refcode] = await addItems({
    type: 'samples', item_id: 'TEXT-2',
    synthesis_constituents: [{ item: { type: 'samples', refcode: parent }, quantity: 1, unit: 'g' }],
  })
  await page.goto(`/items/${refcode}`)
  const text = page.getByRole('textbox', { name: 'Description' })
  await page.getByRole('region', { name: 'Made from' }).getByRole('link', { name: /DRAGGED/ }).dragTo(text)
  await expect(text.getByRole('link', { name: 'DRAGGED' })).toBeVisible()
  await text.click()
  await page.evaluate(() => {
    const dot = Uint8Array.from(atob('R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=='), (one) => one.charCodeAt(0))
    const clipboardData = new DataTransfer()
    clipboardData.items.add(new File([dot], 'dot.gif', { type: 'image/gif' }))
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  })
  await expect(text.locator('img[src^="data:"]')).toHaveCount(1)
  await saved(page)
  expect((await stored(api, refcode)).description).toContain('data:image/gif;base64')
})

test('constituents are picked, measured, moved and removed', async ({ page, api, addItems }) => {
  await addItems({ type: 'starting_materials', item_id: 'LIOH-9', name: 'Lithium hydroxide', chemform: 'LiOH' })
  const [refcode] = await addItems({ type: 'samples', item_id: 'MADE-1' })
  await page.goto(`/items/${refcode}`)
  const list = page.getByRole('region', { name: 'Made from' })
  await list.getByRole('button', { name: 'Add' }).click()
  await list.getByRole('combobox').fill('LIOH')
  await page.getByRole('option', { name: /LIOH-9/ }).click()
  await list.getByLabel('Quantity of LIOH-9').fill('2.4')
  await list.getByRole('combobox', { name: 'Add to made from' }).fill('Sea sand')
  await list.getByRole('button', { name: 'Add “Sea sand” by name' }).click()
  await saved(page)
  expect((await stored(api, refcode)).synthesis_constituents).toMatchObject([
    { item: { item_id: 'LIOH-9' }, quantity: 2.4, unit: 'g' }, { item: { name: 'Sea sand' }, quantity: null },
  ])
  await expect(page.getByRole('region', { name: 'Relationships' }).getByRole('link', { name: /LIOH-9/ })).toBeVisible()

  await list.getByLabel('Quantity of Sea sand').press('Alt+ArrowUp')
  await list.getByRole('row', { name: /LIOH-9/ }).hover()
  await list.getByRole('button', { name: /^Remove LIOH-9/ }).click()
  await saved(page)
  expect((await stored(api, refcode)).synthesis_constituents).toMatchObject([{ item: { name: 'Sea sand' } }])
})

test('deleting offers to undo', async ({ page, addItems }) => {
  const [refcode] = await addItems({ type: 'cells', item_id: 'DELETED-1', name: 'A cell' })
  await page.goto(`/items/${refcode}`)
  await page.getByRole('button', { name: 'More for DELETED-1' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(page).toHaveURL(/\/samples/)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('row', { name: /DELETED-1/ })).toBeVisible()
})

test('the history shows what a field was', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'equipment', item_id: 'OVEN-1', name: 'Oven', location: 'Room 1' })
  await api.patch(`/v1/items/${refcode}`, { data: { location: 'Room 2' } })
  await page.goto(`/items/${refcode}`)
  await page.getByRole('button', { name: 'History' }).click()
  await page.getByRole('button', { name: /Created/ }).click()
  await expect(page.getByText('Room 1')).toBeVisible()
})

test('an item that is not there is said, by its address without prefix too', async ({ page, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'SHORT-1' })
  await page.goto(`/items/${refcode!.split(':')[1]}`)
  await expect(page).toHaveURL(new RegExp(`/items/${refcode}`))
  await page.goto('/items/NOSUCH')
  await expect(page.getByRole('alert')).toContainText(/may not see it|no such/i)
})

for (const [width, colorScheme] of [[1440, 'light'], [1024, 'dark'], [390, 'light']] as const) {
  test(`everybody can use the page of a cell at ${width} px, ${colorScheme}`, async ({ page, addItems }) => {
    const [foil] = await addItems({ type: 'starting_materials', item_id: `FOIL-${width}`, name: 'Lithium foil', chemform: 'Li' })
    const [refcode] = await addItems({
      type: 'cells', item_id: `AXE-${width}`, name: 'Half cell', characteristic_chemical_formula: 'LiCoO2', characteristic_mass: 7.2,
      description: '<h2>Plan</h2><p>Cycle at C/20.</p>',
      negative_electrode: [{ item: { type: 'starting_materials', refcode: foil }, quantity: 15, unit: 'mg' }],
    })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 900 })
    await page.goto(`/items/${refcode}`)
    await expect(page.getByRole('textbox', { name: 'Description' })).toContainText('Cycle at C/20')
    await expect(page.getByRole('region', { name: 'Relationships' }).getByRole('link', { name: /FOIL/ })).toBeVisible()
    await expectAccessible(page)
    await picture(page, `item-${width}-${colorScheme}`)
    const wide = await page.evaluate(() => document.querySelector('main')!.scrollWidth - document.querySelector('main')!.clientWidth)
    expect(wide).toBe(0)
  })
}

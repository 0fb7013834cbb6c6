import { expect, expectAccessible, paste, picture, test } from './journey'

test('a sample is made by keyboard alone and opens', async ({ page }) => {
  await page.goto('/samples')
  await expect(page.getByRole('heading', { name: 'Samples and cells' })).toBeAttached()
  await page.keyboard.press('n')
  await page.keyboard.type('NMC811, coated')
  await page.keyboard.press('Tab')
  await page.keyboard.type('KEYS-1')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/items\/\w+:\w+/)
  await expect(page.locator('#content')).toBeFocused()

  await page.goto('/samples')
  await expect(page.getByRole('row', { name: /KEYS-1/ })).toContainText('NMC811, coated')
})

test('a taken id is said at its field, and what was typed is kept even when the page is closed', async ({ page, addItems }) => {
  await addItems({ type: 'samples', item_id: 'TAKEN' })
  await page.goto('/samples')
  await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
  await page.keyboard.press('n')
  await page.getByLabel('Name').fill('Second of its name')
  await page.getByRole('textbox', { name: 'ID' }).fill('TAKEN')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('TAKEN')

  await page.reload()
  await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
  await page.keyboard.press('n')
  await expect(page.getByLabel('Name')).toHaveValue('Second of its name')
  await page.getByRole('textbox', { name: 'ID' }).fill('FREE')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await expect(page).toHaveURL(/\/items\//)
})

test('many are made from cells of a spreadsheet; refused ones stay with the reason', async ({ page, addItems }) => {
  await addItems({ type: 'starting_materials', item_id: 'CHEM-DOUBLE' })
  await page.goto('/starting-materials')
  await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
  await page.keyboard.press('n')
  await page.getByRole('tab', { name: 'Many at once' }).click()
  await page.getByRole('textbox', { name: 'ID, row 1', exact: true }).focus()
  await paste(page, 'Container Name\tItem ID\tSubstance CAS\nLithium carbonate\tCHEM-1\t554-13-2\nWater\tCHEM-DOUBLE\t7732-18-5\n')
  await expect(page.getByRole('textbox', { name: 'Name, row 1', exact: true })).toHaveValue('Lithium carbonate')
  await page.getByRole('button', { name: 'Create 2 starting materials' }).click()

  await expect(page.getByText('1 row was refused')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'ID, row 1', exact: true })).toHaveValue('CHEM-DOUBLE')
  await page.getByRole('textbox', { name: 'ID, row 1', exact: true }).fill('CHEM-2')
  await page.getByRole('button', { name: 'Create 1 starting material' }).click()
  await expect(page.getByRole('row', { name: /CHEM-1/ })).toContainText('554-13-2')
  await expect(page.getByRole('row', { name: /CHEM-2/ })).toContainText('Water')
})

test.describe('in the west', () => {
  test.use({ timezoneId: 'America/Los_Angeles' })

  test('a pasted day stays that day', async ({ page }) => {
    await page.goto('/samples')
    await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
    await page.keyboard.press('n')
    await page.getByRole('tab', { name: 'Many at once' }).click()
    await page.getByRole('textbox', { name: 'ID, row 1', exact: true }).focus()
    await paste(page, 'Sample ID\tDate\nWEST-1\t04.03.2026\nWEST-2\t2026-03-05\n')
    await page.getByRole('button', { name: 'Create 2 samples' }).click()
    await expect(page.getByRole('row', { name: /WEST-1/ })).toContainText('4 Mar 2026')
    await expect(page.getByRole('row', { name: /WEST-2/ })).toContainText('5 Mar 2026')
    await page.getByRole('link', { name: 'WEST-1' }).click()
    await expect(page.getByText('4 Mar 2026', { exact: true })).toBeVisible()
  })
})

test('a sheet brings its days as they are written there, and is told which columns stay behind', async ({ page }) => {
  await page.goto('/samples')
  await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
  await page.keyboard.press('n')
  await page.getByRole('tab', { name: 'Many at once' }).click()
  await page.getByRole('textbox', { name: 'ID, row 1', exact: true }).focus()
  await paste(page, 'Sample ID\tName\tDate\tFurnace\nSHEET-1\tFirst\t04.03.2026\tNabertherm\nSHEET 2\tSecond\t05.03.2026\tNabertherm\n')
  await expect(page.getByText('Left out')).toContainText('Furnace')
  await page.getByRole('button', { name: 'Create 2 samples' }).click()
  await expect(page.getByRole('alert')).toContainText(/1 row was refused.*letters, digits/)
  await page.getByRole('textbox', { name: 'ID, row 1', exact: true }).fill('SHEET-2')
  await page.getByRole('button', { name: 'Create 1 sample' }).click()
  await expect(page.getByRole('row', { name: /SHEET-1/ })).toContainText('4 Mar 2026')
  await expect(page.getByRole('row', { name: /SHEET-2/ })).toContainText('5 Mar 2026')
})

test('a sheet brings statuses, and each row that is refused says why', async ({ page, addItems }) => {
  await addItems({ type: 'samples', item_id: 'STATE-TAKEN' })
  await page.goto('/samples')
  await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
  await page.keyboard.press('n')
  await page.getByRole('tab', { name: 'Many at once' }).click()
  await page.getByRole('textbox', { name: 'ID, row 1', exact: true }).focus()
  await paste(page, 'Sample ID\tName\tStatus\nSTATE-1\tFirst\tCompleted\nSTATE-2\tSecond\tlost\nSTATE-TAKEN\tThird\tplanned\n')
  await page.getByRole('button', { name: 'Create 3 samples' }).click()
  const why = page.getByRole('list', { name: 'Why rows were refused' }).getByRole('listitem')
  await expect(why).toHaveCount(2)
  await expect(why.first()).toContainText(/Row 1.*“lost” is no status here: write one of active, planned/)
  await expect(why.last()).toContainText(/Row 2.*STATE-TAKEN/)
  await expectAccessible(page)
  await picture(page, 'refused-rows')
  await page.getByRole('textbox', { name: 'Status, row 1', exact: true }).fill('failed')
  await expect(why).toHaveCount(1)
  await page.getByRole('textbox', { name: 'ID, row 2', exact: true }).fill('STATE-3')
  await page.getByRole('button', { name: 'Create 2 samples' }).click()
  await expect(page.getByRole('row', { name: /STATE-1/ })).toContainText('Completed')
  await expect(page.getByRole('row', { name: /STATE-2/ })).toContainText('Failed')
})

test('Tab stays in a dialog, and leaving it gives the keyboard back', async ({ page }) => {
  await page.goto('/samples')
  const search = page.getByRole('button', { name: /^Search/ })
  await search.focus()
  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog', { name: 'New items' })
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toBeFocused()
  const stops: string[] = []
  for (let step = 0; step < 24; step += 1) {
    await page.keyboard.press('Tab')
    stops.push(await page.evaluate(() => {
      const here = document.activeElement!
      return here.closest('[role=dialog]') ? here.textContent! : 'outside'
    }))
  }
  expect(stops).not.toContain('outside')
  expect(stops.filter((stop) => stop === 'Create').length).toBeGreaterThan(1)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(search).toBeFocused()

  await page.getByRole('button', { name: 'New', exact: true }).press('Enter')
  await page.getByRole('menuitem', { name: 'Cell' }).press('Enter')
  await dialog.press('Escape')
  await expect(page.getByRole('button', { name: 'New', exact: true })).toBeFocused()
})

test('filters and sorting stand in the address, and going back undoes them', async ({ page, addItems }) => {
  await addItems(
    { type: 'samples', item_id: 'FILTER-A', name: 'Zinc', status: 'planned' },
    { type: 'samples', item_id: 'FILTER-B', name: 'Argon', status: 'planned' },
    { type: 'samples', item_id: 'FILTER-C', name: 'Boron', status: 'failed' },
  )
  await page.goto('/samples')
  await page.getByRole('button', { name: 'Status', exact: true }).first().click()
  await page.getByRole('option', { name: 'Planned' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Name' }).click()
  await expect(page).toHaveURL(/status=planned/)
  await expect(page).toHaveURL(/sort=name/)

  const names = page.getByRole('row').filter({ hasText: 'FILTER-' })
  await expect(names).toHaveText([/Argon/, /Zinc/])
  await page.reload()
  await expect(names).toHaveText([/Argon/, /Zinc/])
  await page.goBack()
  await expect(page).not.toHaveURL(/sort=name/)
  await page.goBack()
  await expect(names).toHaveCount(3)
})

test('what one types narrows the table', async ({ page, addItems }) => {
  await addItems({ type: 'samples', item_id: 'NARROW-1', name: 'Perovskite' }, { type: 'cells', item_id: 'NARROW-2' })
  await page.goto('/samples')
  await page.getByRole('searchbox', { name: 'Search in this table' }).fill('perovs')
  await expect(page).toHaveURL(/q=perovs/)
  await expect(page.getByRole('row', { name: /NARROW/ })).toHaveCount(1)
})

test('rows are walked, previewed, chosen and opened by keyboard', async ({ page, addItems }) => {
  await addItems({ type: 'equipment', item_id: 'EQ-1', name: 'First' }, { type: 'equipment', item_id: 'EQ-2', name: 'Second' })
  await page.goto('/equipment?sort=item_id&q=EQ-')
  await expect(page.getByRole('row', { name: /EQ-2/ })).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press('Space')
  const panel = page.getByRole('dialog')
  await expect(panel).toContainText('First')
  await page.keyboard.press('j')
  await expect(panel).toContainText('Second')
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()

  await page.keyboard.press('x')
  await expect(page.getByRole('toolbar', { name: 'Chosen rows' })).toContainText('1 chosen')
  await page.keyboard.press('Shift+K')
  await expect(page.getByRole('toolbar', { name: 'Chosen rows' })).toContainText('2 chosen')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/items\//)
})

test('deleting hides at once and can be undone', async ({ page, addItems }) => {
  await addItems({ type: 'samples', item_id: 'GONE-1' }, { type: 'samples', item_id: 'GONE-2' })
  await page.goto('/samples?q=GONE')
  const rows = page.getByRole('row', { name: /GONE-/ })
  await page.getByRole('checkbox', { name: 'Select GONE-1' }).click()
  await page.getByRole('checkbox', { name: 'Select GONE-2' }).click({ modifiers: ['Shift'] })
  await page.getByRole('button', { name: 'Delete' }).click()
  await expect(rows).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(rows).toHaveCount(2)
})

test('columns that somebody chose are kept', async ({ page, addItems }) => {
  await addItems({ type: 'samples', item_id: 'COLUMNS-1' })
  await page.goto('/samples')
  await expect(page.getByRole('columnheader', { name: 'Refcode' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Columns and rows' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Refcode' }).click()
  await page.keyboard.press('Escape')
  await page.reload()
  await expect(page.getByRole('columnheader', { name: 'Refcode' })).toBeVisible()
})

test('thousands of rows come as one scrolls', async ({ page, addItems }) => {
  const items = Array.from({ length: 650 }, (_, n) => ({ type: 'cells', item_id: `SCROLL-${String(n).padStart(4, '0')}` }))
  await addItems(...items)
  await page.goto('/samples?type=cells&sort=item_id&q=SCROLL')
  await expect(page.getByRole('row', { name: /SCROLL-0000/ })).toBeVisible()
  await page.getByRole('grid').focus()
  await expect(async () => {
    await page.keyboard.press('End')
    await expect(page.getByRole('row', { name: /SCROLL-0649/ })).toBeVisible({ timeout: 400 })
  }).toPass()
  expect(await page.getByRole('row').count()).toBeLessThan(120)
})

test('a network that fails is said, and the table comes back', async ({ page, addItems }) => {
  await addItems({ type: 'samples', item_id: 'NETWORK-1' })
  await page.route('**/v1/items?*', (route) => route.abort())
  await page.goto('/samples?q=NETWORK')
  await expect(page.getByRole('alert')).toContainText('cannot be reached', { timeout: 15_000 })
  await page.unroute('**/v1/items?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('row', { name: /NETWORK-1/ })).toBeVisible()
})

test('a sample is made from another, and takes its fields along', async ({ page, addItems }) => {
  await addItems({ type: 'samples', item_id: 'MOULD-1', name: 'First of a series', chemform: 'LiFePO4' })
  await page.goto('/samples')
  await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog', { name: 'New items' })
  await dialog.getByRole('combobox', { name: 'Copy from' }).fill('MOULD')
  await page.getByRole('option', { name: /MOULD-1/ }).click()
  await expect(dialog.getByText('Copied from')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'ID', exact: true }).fill('MOULD-2')
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  await expect(page).toHaveURL(/\/items\//)
  await expect(page.getByRole('textbox', { name: 'Chemical formula' })).toHaveValue('LiFePO4')
})

import { expect, expectAccessible, picture, test } from './journey'

const HEAD = 'Stoff;Strichcode;CAS-Nr.;Menge;Lagerort;GHS;SMILES;Projekt'
const ACETONE = 'Aceton;B1;67-64-1;500 ml;Regal 1;H225, H319, H336;CC(C)=O;Alpha'
const CYANIDE = 'Natriumcyanid;B2;143-33-9;25 g;Giftschrank;H300 H310 H330 H410;[Na+].[C-]#N;'
const WATER = 'Wasser;B3;7732-18-6;1 L;Regal 2;;O;'

const table = (name: string, ...rows: string[]) => (
  { name, mimeType: 'text/csv', buffer: Buffer.from([HEAD, ...rows].join('\n')) })

test('an inventory is looked at, imported, imported again, and undone', async ({ page }) => {
  test.slow()
  await page.goto('/administration/inventory')
  await expect(page.getByText('Nothing was imported yet.')).toBeVisible()
  await expectAccessible(page)

  const choose = page.locator('input[type=file]')
  await choose.setInputFiles(table('lager-03.csv', ACETONE, CYANIDE, WATER))
  await expect(page.getByRole('combobox', { name: 'Field of Stoff' })).toHaveText('Name')
  await expect(page.getByRole('combobox', { name: 'Field of Projekt' })).toHaveText('No field: kept beside')
  await expect(page.getByRole('button', { name: 'Import', exact: true })).toBeDisabled()
  await page.getByLabel('Save the mapping as').fill('lager')
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Look what would change' }).click()
  await expect(page.getByText('3 new')).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText('its last digit does not fit the others')).toBeVisible()
  await picture(page, 'administration-inventory-preview')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  const imports = page.getByRole('list', { name: 'Imports' }).getByRole('listitem')
  await expect(imports.filter({ hasText: 'lager-03.csv' }).getByText('Done')).toBeVisible({ timeout: 60_000 })

  await page.goto('/starting-materials')
  await page.getByRole('link', { name: 'B2' }).click()
  const hazards = page.getByRole('region', { name: 'Hazards', exact: true })
  await expect(hazards.getByRole('img', { name: 'Skull and crossbones: acutely poisonous' })).toBeVisible()
  await expect(hazards.getByRole('img', { name: /^Environment/ })).toBeVisible()
  await expect(hazards.getByText('Deadly when swallowed')).toBeVisible()
  await expect(page.getByRole('img', { name: 'Structure of' })).toBeVisible({ timeout: 30_000 })
  await expectAccessible(page)
  await picture(page, 'item-hazards')

  await page.goto('/administration/inventory')
  await choose.setInputFiles(table('lager-09.csv', ACETONE.replace('Regal 1', 'Regal 9'), WATER))
  await page.getByRole('combobox', { name: 'Mapping' }).click()
  await page.getByRole('option', { name: 'lager' }).click()
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  const second = imports.filter({ hasText: 'lager-09.csv' })
  await expect(second.getByText('1 gone from the file')).toBeVisible({ timeout: 60_000 })
  await second.getByRole('button', { name: 'Changes of' }).click()
  await expect(second.getByText('Regal 1')).toBeVisible()
  await expectAccessible(page)
  await picture(page, 'administration-inventory')

  await page.goto('/starting-materials')
  await expect(page.getByRole('row', { name: /B2/ }).getByText('Not in inventory')).toBeVisible()
  await page.getByRole('link', { name: 'B2' }).click()
  await expect(page.getByRole('note').filter({ hasText: 'lager' })).toBeVisible()

  await page.goto('/administration/inventory')
  await second.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('button', { name: 'Undo it' }).click()
  await expect(second.getByText('1 put back')).toBeVisible({ timeout: 60_000 })
  await expect(second.getByText('Undone', { exact: true })).toBeVisible()
  await page.goto('/starting-materials')
  await expect(page.getByRole('row', { name: /B1/ }).getByText('Regal 1')).toBeVisible()
  await expect(page.getByText('Not in inventory')).toHaveCount(0)
})

test('a long import is cancelled half-way, says so, and what it did is undone', async ({ page, api }) => {
  test.slow()
  // Quick to read and long to write: the cancel comes within seconds, long before the last of them, on a fast machine too.
  const rows = Array.from({ length: 40_000 }, (_, n) => `Toluol;L${n};;;;;;`)
  await page.goto('/administration/inventory')
  await page.locator('input[type=file]').setInputFiles(table('lang.csv', ...rows))
  await page.getByLabel('Save the mapping as').fill('lang', { timeout: 30_000 })
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  // While the table is still read, nothing is imported that could be cancelled half-way.
  await expect(page.getByText(/^Importing: [1-9][\d,]* of 40,000$/)).toBeVisible({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Cancel' }).click()
  const line = page.getByRole('list', { name: 'Imports' }).getByRole('listitem').filter({ hasText: 'lang.csv' })
  await expect(line.getByText('Cancelled', { exact: true })).toBeVisible({ timeout: 60_000 })

  const count = async () => ((await (await api.get('/v1/items?q=Toluol&type=starting_materials&limit=1')).json()) as { total: number }).total
  const imported = await count()
  expect(imported).toBeGreaterThan(0)
  expect(imported).toBeLessThan(40_000)
  await line.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('button', { name: 'Undo it' }).click()
  await expect(line.getByText('Undone', { exact: true })).toBeVisible({ timeout: 60_000 })
  await expect.poll(count).toBe(0)
})

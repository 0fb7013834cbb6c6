import { expect, test } from './journey'

test('a collection is made, filled from a table, described, emptied and deleted', async ({ page, addItems }) => {
  await addItems({ type: 'samples', item_id: 'SHELF-1' }, { type: 'cells', item_id: 'SHELF-2' })
  await page.goto('/collections')
  await page.getByRole('button', { name: 'New collection' }).first().click()
  await page.getByLabel('Title').fill('Coatings for NMC811')
  await expect(page.getByLabel('ID', { exact: true })).toHaveValue('Coatings-for-NMC811')
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByText('Nothing in this collection yet')).toBeVisible()

  await page.goto('/samples?q=SHELF')
  await page.getByRole('checkbox', { name: 'Select all rows shown' }).click()
  await page.getByRole('button', { name: 'Add to collection' }).click()
  await page.getByRole('option', { name: /Coatings for NMC811/ }).click()
  await expect(page.getByText('2 items are now in Coatings for NMC811.').first()).toBeVisible()

  await page.goto('/collections/Coatings-for-NMC811')
  await expect(page.getByRole('row', { name: /SHELF-/ })).toHaveCount(2)
  await page.getByRole('textbox', { name: 'Description' }).click()
  await page.keyboard.press('Control+b')
  await page.keyboard.type('Does a thin layer help?')
  await page.getByLabel('Title').click()
  await expect(page.getByText('Saving …')).toBeHidden()
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'Description' }).locator('strong')).toHaveText('Does a thin layer help?')

  await page.getByRole('checkbox', { name: 'Select SHELF-2' }).click()
  await page.getByRole('button', { name: 'Take out' }).click()
  await expect(page.getByRole('row', { name: /SHELF-/ })).toHaveCount(1)

  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Delete collection' }).click()
  await expect(page).toHaveURL(/\/collections$/)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('row', { name: /Coatings for NMC811/ })).toBeVisible()
})

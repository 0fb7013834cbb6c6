import { expect, expectAccessible, picture, test } from './journey'

test('one clicks from an item through what it was made from', async ({ page, addItems }) => {
  const [salt] = await addItems({ type: 'starting_materials', item_id: 'SALT', name: 'A salt' })
  const [powder] = await addItems({
    type: 'samples', item_id: 'POWDER', name: 'A powder',
    synthesis_constituents: [{ item: { type: 'starting_materials', refcode: salt }, quantity: 3, unit: 'g' }],
  })
  await addItems({
    type: 'cells', item_id: 'BUTTON', name: 'A cell',
    positive_electrode: [{ item: { type: 'samples', refcode: powder }, quantity: 9, unit: 'mg' }],
  })
  await page.goto(`/items/${powder}`)
  const related = page.getByRole('region', { name: 'Relationships' })
  await expect(related.getByText('3 g')).toBeVisible()
  await expect(related.getByRole('link', { name: /BUTTON/ })).toBeVisible()

  await related.getByRole('button', { name: 'Show as graph' }).click()
  await expect(related.getByRole('img', { name: 'Graph of 3 items and 2 links' })).toBeVisible()
  await related.getByRole('link', { name: 'Larger' }).click()
  await expect(page).toHaveURL(/\/graph\?item=/)
  await expect(page.getByText('Around POWDER')).toBeVisible()
  await picture(page, 'graph-around')
  await expectAccessible(page)

  await page.getByRole('application', { name: /Walk the graph/ }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('complementary', { name: 'Chosen item' })).toContainText('BUTTON')
  await page.getByRole('button', { name: 'Whole lab' }).click()
  await expect(page.getByText('Around POWDER')).toBeHidden()
  await expect(page.getByText(/\d+ items, \d+ links/)).toBeVisible()
  await page.goBack()
  await expect(page.getByText('Around POWDER')).toBeVisible()
})

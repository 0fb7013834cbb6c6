import { expect, test } from './journey'

test('the palette finds an item by some of its words and opens it', async ({ page, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'FIND-ME', name: 'Garnet electrolyte pellet' })
  await page.goto('/')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search everything' }).fill('garnet pell')
  await expect(page.getByRole('option', { name: /FIND-ME/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/items/${refcode}$`))
})

test('the palette goes places and says when nothing is found', async ({ page }) => {
  await page.goto('/')
  await page.keyboard.press('/')
  await expect(page.getByRole('combobox', { name: 'Search everything' })).toBeFocused()
  await page.keyboard.type('go inv')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/starting-materials/)
  await page.keyboard.press('/')
  await expect(page.getByRole('combobox', { name: 'Search everything' })).toBeFocused()
  await page.keyboard.type('qqqqzzzz')
  await expect(page.getByText('Nothing has these words.')).toBeVisible()
})

test('all that is found has a page with an address', async ({ page, addItems }) => {
  await addItems({ type: 'samples', item_id: 'PAGE-1', name: 'Spinel' }, { type: 'cells', item_id: 'PAGE-2', name: 'Spinel cell' })
  await page.goto('/search?q=spinel')
  await expect(page.getByRole('link', { name: /PAGE-/ })).toHaveCount(2)
})

test('G and a letter go to a place', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
  await page.keyboard.press('g')
  await page.keyboard.press('e')
  await expect(page).toHaveURL(/equipment/)
})

test('the start page shows one\'s recent work, the last first', async ({ page, addItems, api }) => {
  const [first] = await addItems({ type: 'samples', item_id: 'RECENT-1' }, { type: 'cells', item_id: 'RECENT-2' })
  await api.patch(`/v1/items/${first}`, { data: { name: 'Touched last' } })
  await page.goto('/')
  const recent = page.getByRole('region', { name: 'Your recent work' }).getByRole('link', { name: /RECENT-/ })
  await expect(recent).toHaveText([/RECENT-1.*Touched last/, /RECENT-2/])
})

import { expect, picture, test } from './journey'
import { saved, stored } from './itemPage'

test('what others save in other fields is taken over without a word', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'QUIET-1', name: 'Quiet' })
  await page.goto(`/items/${refcode}`)
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Quiet')
  await api.patch(`/v1/items/${refcode}`, { data: { CAS: '554-13-2' } })
  await page.getByRole('textbox', { name: 'Name' }).fill('Quiet, renamed')
  await saved(page)
  await expect(page.getByRole('textbox', { name: 'CAS number' })).toHaveValue('554-13-2')
  expect(await stored(api, refcode)).toMatchObject({ name: 'Quiet, renamed', CAS: '554-13-2' })
})

test('a field that two people change is shown with both values, and nothing is overwritten', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'CLASH-1', name: 'Before', description: '<p>Before</p>' })
  await page.goto(`/items/${refcode}`)
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Before')
  await api.patch(`/v1/items/${refcode}`, { data: { name: 'Theirs', description: '<p>Theirs too</p>' } })
  await page.getByRole('textbox', { name: 'Name' }).fill('Mine')
  await page.getByRole('textbox', { name: 'CAS number' }).fill('7440-50-8')
  await expect(page.getByText(/^Changed elsewhere \d+ s ago/)).toBeVisible()
  await expect.poll(async () => (await stored(api, refcode)).CAS).toBe('7440-50-8')

  // typing on settles nothing
  await page.getByRole('textbox', { name: 'Name' }).fill('Mine, and longer')
  await page.waitForTimeout(1500)
  expect((await stored(api, refcode)).name).toBe('Theirs')
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Mine, and longer')
  expect((await stored(api, refcode)).name).toBe('Theirs')

  await page.getByText('Changed elsewhere too').getByRole('button', { name: 'compare' }).click()
  await expect(page.getByRole('dialog')).toContainText('Theirs')
  await picture(page, 'item-conflict')
  await page.getByRole('radio', { name: /Yours/ }).check()
  await page.getByLabel('Or put it together').fill('Mine and theirs')
  await page.getByRole('button', { name: 'Save what is chosen' }).click()
  await saved(page)
  expect(await stored(api, refcode)).toMatchObject({ name: 'Mine and theirs', description: '<p>Theirs too</p>' })
})

test('theirs can be taken', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'CLASH-2', name: 'Before' })
  await page.goto(`/items/${refcode}`)
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Before')
  await api.patch(`/v1/items/${refcode}`, { data: { name: 'Theirs' } })
  await page.getByRole('textbox', { name: 'Name' }).fill('Mine')
  await page.getByRole('status').getByRole('button', { name: 'compare' }).click()
  await page.getByRole('radio', { name: /Theirs/ }).check()
  await page.getByRole('button', { name: 'Save what is chosen' }).click()
  await saved(page)
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Theirs')
})

test('a new block is no conflict', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'BLOCK-1', name: 'Before' })
  await page.goto(`/items/${refcode}`)
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Before')
  await api.post(`/v1/items/${refcode}/blocks`, { data: { technique: 'comment', title: 'By somebody else' } })
  await page.getByRole('textbox', { name: 'Name' }).fill('After')
  await saved(page)
  expect((await stored(api, refcode)).name).toBe('After')
})

test('typing goes on without a network and is saved when it is back', async ({ page, api, addItems, context }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'OFFLINE-1', name: 'Before' })
  await page.goto(`/items/${refcode}`)
  await expect(page.getByRole('textbox', { name: 'Description' })).toBeVisible()
  await context.setOffline(true)
  await page.getByRole('textbox', { name: 'Name' }).fill('Typed in the tunnel')
  await page.getByRole('textbox', { name: 'Description' }).click()
  await page.keyboard.type('Still here')
  await expect(page.getByText('Offline, kept here')).toBeVisible()
  expect((await stored(api, refcode)).name).toBe('Before')

  await context.setOffline(false)
  await saved(page)
  expect(await stored(api, refcode)).toMatchObject({ name: 'Typed in the tunnel', description: '<p>Still here</p>' })
})

test('a tab that is closed without a network loses nothing', async ({ page, api, addItems, context }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'CLOSED-1', name: 'Before' })
  await page.goto(`/items/${refcode}`)
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Before')
  await context.route('**/v1/items/**', (route) => route.abort())
  await page.getByRole('textbox', { name: 'Name' }).fill('Typed before the crash')
  await page.close()

  const again = await context.newPage()
  await context.route('**/v1/**', (route) => route.abort())
  await again.goto(`/items/${refcode}`)
  await expect(again.getByRole('textbox', { name: 'Name' })).toHaveValue('Typed before the crash', { timeout: 15_000 })
  await expect(again.getByText('Offline, kept here')).toBeVisible()

  await context.unroute('**/v1/**')
  await context.unroute('**/v1/items/**')
  await saved(again)
  expect((await stored(api, refcode)).name).toBe('Typed before the crash')
})

test('a server that ends and starts again loses nothing that was typed', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'DOWN-1', name: 'Before' })
  await page.goto(`/items/${refcode}`)
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Before')
  await page.route('**/v1/**', (route) => route.fulfill({ status: 502, body: '<h1>Bad gateway</h1>' }))
  await page.getByRole('textbox', { name: 'Name' }).fill('Typed while it was down')
  await expect(page.getByText('Offline, kept here')).toBeVisible()
  await page.unroute('**/v1/**')
  await saved(page)
  expect((await stored(api, refcode)).name).toBe('Typed while it was down')
})

test('what others save appears by itself', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'POLL-1', name: 'Before' })
  await page.clock.install()
  await page.goto(`/items/${refcode}`)
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Before')
  await api.patch(`/v1/items/${refcode}`, { data: { name: 'After' } })
  await page.clock.fastForward(16_000)
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('After')
})

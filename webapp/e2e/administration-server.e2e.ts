import { test as base, expect, expectAccessible, picture } from './journey'
import { startLab, type Lab } from './server'

/** The page looks every five seconds; a busy machine takes its time to answer. */
const LOOKED_MS = 15_000

/** A server of its own: others' journeys would push theirs out of its list of slow routes. */
const test = base.extend<object, { lab: Lab }>({
  lab: [async ({}, use) => {
    const lab = await startLab()
    await use(lab)
    await lab.stop()
  }, { scope: 'worker' }],
})

test('an administrator sees how the server does, and it goes on without a reload', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'WATCH-1' })
  await api.post(`/v1/items/${refcode}/files?name=pattern.xy`, { data: Buffer.from('10 100\n11 110\n12 120\n') })
  await Promise.all(Array.from({ length: 10 }, () => api.get('/v1/items')))
  await page.goto('/administration')
  await page.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name: 'Server' }).click()
  await expect(page).toHaveURL(/\/administration\/server$/)

  await expect(page.getByText(/datalab \d+\.\d+\.\d+ · up for/)).toBeVisible()
  await expect(page.getByText(/of \d+ cores?/)).toBeVisible()
  await expect(page.getByRole('region', { name: 'Database and storage' })).toContainText('SQLite')
  const requests = page.getByRole('region', { name: 'Requests' })
  await expect(requests).toContainText('Answered')
  await expect(page.getByRole('row', { name: '/v1/items/{refcode}/files' })).toContainText('POST')
  await expect(page.getByRole('row', { name: /GET \/v1\/items \d/ })).toBeVisible()
  await expectAccessible(page)
  await picture(page, 'administration-server')

  const answered = async () => Number((await requests.textContent())?.match(/Answered([\d,]+)/)?.[1]?.replace(',', ''))
  const before = await answered()
  await Promise.all(Array.from({ length: 20 }, () => api.get('/v1/items')))
  await expect.poll(answered, { timeout: LOOKED_MS }).toBeGreaterThan(before + 19)
})

test('it says so when the server says nothing', async ({ page }) => {
  await page.route('**/v1/administration/server', (route) => route.fulfill({
    status: 503, contentType: 'application/problem+json',
    body: JSON.stringify({ title: 'Not available for the moment', status: 503, detail: 'The database is away for the moment.' }),
  }))
  await page.goto('/administration/server')
  await expect(page.getByRole('alert')).toContainText('The server does not say how it is', { timeout: 15_000 })
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible()
  await expectAccessible(page)
  await picture(page, 'administration-server-away')
  await page.unroute('**/v1/administration/server')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText(/up for/)).toBeVisible()
})

test.describe('at night, on a phone', () => {
  test.use({ colorScheme: 'dark', viewport: { width: 390, height: 844 } })

  test('it fits', async ({ page }) => {
    await page.goto('/administration/server')
    await expect(page.getByText(/up for/)).toBeVisible()
    const { wide, shown } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, shown: innerWidth }))
    expect(wide).toBeLessThanOrEqual(shown)
    await expectAccessible(page)
    await picture(page, 'administration-server-phone')
  })
})

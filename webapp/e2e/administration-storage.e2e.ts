import type { Locator } from '@playwright/test'
import { expect, expectAccessible, picture, test } from './journey'

/** A job begins within a second, in a process that must start. */
const LONG_MS = 20_000

test('an administrator sees what takes the space, and has items and files checked', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'STORE-1', name: 'Quartz' }, { type: 'cells', item_id: 'STORE-2' })
  await api.post(`/v1/items/${refcode}/files?name=pattern.xy`, { data: Buffer.from('10 100\n11 110\n') })
  await page.goto('/administration/storage')

  // Each is a process of its own that must start: all are begun before any is waited for.
  const [space, items, files] = ['What takes the space', 'Check of all items', 'Check of all files']
    .map((name) => page.getByRole('region', { name })) as [Locator, Locator, Locator]
  await space.getByRole('button', { name: 'Add up' }).click()
  await items.getByRole('button', { name: 'Check' }).click()
  await files.getByRole('button', { name: 'Check' }).click()
  await expect(space.getByRole('row', { name: 'Samples' })).toBeVisible({ timeout: LONG_MS })
  await expect(space.getByRole('row', { name: 'Maya Lindqvist' })).toBeVisible()
  await expect(space.getByRole('row', { name: 'pattern.xy' }).getByRole('link', { name: refcode! })).toBeVisible()
  await expect(items.getByRole('status')).toContainText(/\d+ items and \d+ collections opened; all is well\./, { timeout: LONG_MS })
  await expect(files.getByRole('status')).toContainText(/\d+ files? read\. All are right\./, { timeout: LONG_MS })
  await expectAccessible(page)
  await picture(page, 'administration-storage')
})

test('jobs are listed with what came of them, and schedules with their next times', async ({ page, api }) => {
  await api.post('/v1/maintenance/rebuild', { data: {} })
  await page.goto('/administration/jobs')
  await expect(page.getByRole('row', { name: 'look for unused files' })).toContainText('17 3 * * 0')
  const job = page.getByRole('listitem').filter({ hasText: 'Rebuilding of search and links' })
  await expect(job).toContainText('Done', { timeout: LONG_MS })
  await expect(job).toContainText('items and')
  await expectAccessible(page)
  await picture(page, 'administration-jobs')

  await page.getByRole('combobox', { name: 'State' }).click()
  await page.getByRole('option', { name: 'Failed' }).click()
  await expect(page.getByText('No jobs')).toBeVisible()
})

test.describe('at night, on a phone', () => {
  test.use({ colorScheme: 'dark', viewport: { width: 390, height: 844 } })

  for (const section of ['storage', 'jobs']) {
    test(`${section} fits`, async ({ page }) => {
      await page.goto(`/administration/${section}`)
      await page.waitForLoadState('networkidle')
      const { wide, shown } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, shown: innerWidth }))
      expect(wide).toBeLessThanOrEqual(shown)
      await expectAccessible(page)
      await picture(page, `administration-${section}-phone`)
    })
  }
})

import type { BrowserContext, Page } from '@playwright/test'
import { saved, stored } from './itemPage'
import { expect, expectAccessible, picture, test } from './journey'

test.use({ serviceWorkers: 'allow' })

/** The page has been open once, and this browser has kept it. */
async function opened(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(address)
  await page.evaluate(() => navigator.serviceWorker.ready)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  return page
}

test('a tab reopened while the server is down opens, says so, shows what was typed, and saves it later', async ({ context, lab, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'AWAY-1', name: 'Before' })
  const page = await opened(context, `/items/${refcode}`)
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Before')
  await lab.pause()
  await page.getByRole('textbox', { name: 'Name' }).fill('Typed while it was away')
  await expect(page.getByText('The server is away.')).toBeVisible()
  await page.close()

  const again = await context.newPage()
  await again.goto('/')
  await expect(again.getByText('The server is away.')).toBeVisible()
  await expect(again.getByRole('heading', { name: 'Kept in this browser, not saved yet' })).toBeVisible()
  await expectAccessible(again)
  expect(await again.locator('img[src="/favicon.svg"]').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)
  await picture(again, 'away')
  await again.getByRole('link', { name: /AWAY-1/ }).click()
  await expect(again.getByRole('textbox', { name: 'Name' })).toHaveValue('Typed while it was away')
  await expect(again.getByText('Offline, kept here')).toBeVisible()
  await again.reload()
  await expect(again.getByRole('textbox', { name: 'Name' })).toHaveValue('Typed while it was away')

  await lab.resume()
  await expect(again.getByText('The server is away.')).toBeHidden({ timeout: 15_000 })
  await saved(again)
  expect((await stored(api, refcode)).name).toBe('Typed while it was away')
  await again.getByRole('link', { name: 'datalab: start' }).click()
  await expect(again.getByRole('heading', { name: 'Your recent work' })).toBeVisible()
  await expect(again.getByRole('heading', { name: 'Kept in this browser, not saved yet' })).toHaveCount(0)
})

test('downloads, sign-in and the API never come from what the browser keeps', async ({ context, lab, addItems }) => {
  await addItems({ type: 'samples', item_id: 'AWAY-2' })
  const page = await opened(context, '/samples')
  const kept = await page.evaluate(async () => {
    const caches_ = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))
    return caches_.flat().map(({ url }) => new URL(url).pathname)
  })
  expect(kept).toContain('/')
  expect(kept.filter((path) => !/^\/(assets\/.*|theme\.js|favicon\.svg)?$/.test(path))).toEqual([])
  await lab.pause()
  await expect(page.goto('/v1/info')).rejects.toThrow()
  await lab.resume()
})

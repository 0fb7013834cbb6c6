import type { Page } from '@playwright/test'
import { saved, stored } from './itemPage'
import { expect, expectAccessible, picture, test } from './journey'

const ADMINISTRATION = ['people', 'groups', 'inventory', 'remotes', 'backups', 'jobs', 'server']

const PAGES = [
  ['start', '/'], ['samples', '/samples'], ['collections', '/collections'], ['graph', '/graph'], ['search', '/search?q=li'],
  ['a collection', '/collections/none'], ['an item', '/items/lab:AAAAAA'],
  ...ADMINISTRATION.map((section) => [`administration of ${section}`, `/administration/${section}`] as const),
] as const

const TOUCHED_PX = 44

/** Who one is and what the lab is stay known; all else answers as told. */
const answering = (page: Page, fulfil: Parameters<Page['route']>[1]) =>
  page.route(/\/v1\/(?!me|info|techniques)/, fulfil)

for (const [name, path] of PAGES) {
  test(`${name} says what broke, with an id to quote, and tries again`, async ({ page }) => {
    const body = JSON.stringify({ title: 'The disk is full', detail: 'The disk is full. What you typed is kept.', instance: 'urn:42' })
    await answering(page, (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body }))
    await page.goto(path)
    const said = page.getByRole('alert').first()
    await expect(said).toContainText('The disk is full')
    await expect(said).toContainText('Quote urn:42')
    await page.unroute(/\/v1\/(?!me|info|techniques)/)
    await said.getByRole('button', { name: 'Try again' }).click()
    await expect(page.getByText('Quote urn:42')).toHaveCount(0)
  })

  test(`${name} shows the shape of what is coming`, async ({ page }) => {
    await answering(page, () => new Promise(() => {}))
    await page.goto(path)
    await expect(page.locator('.skeleton').first()).toBeVisible()
    await expect.poll(() => page.locator('.skeleton').first().evaluate((one) => Number(getComputedStyle(one).opacity)))
      .toBeGreaterThan(0.3)
  })
}

test('the page says so while the database is away, keeps what is typed, and saves it when that is back', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'NO-DATABASE-1', name: 'Before' })
  await page.goto(`/items/${refcode}`)
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Before')
  const body = JSON.stringify({ title: 'Not available for the moment', detail: 'The database is away.' })
  const needDatabase = /\/v1\/|\/healthcheck\/is_ready/
  await page.route(needDatabase, (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body }))
  await page.getByRole('textbox', { name: 'Name' }).fill('Typed meanwhile')
  await expect(page.getByText('The server is away.')).toBeVisible()
  await page.unroute(needDatabase)
  await expect(page.getByText('The server is away.')).toBeHidden({ timeout: 15_000 })
  await saved(page)
  expect((await stored(api, refcode)).name).toBe('Typed meanwhile')
})

test('a server that lacks something else is not taken for one that is away', async ({ page }) => {
  const body = JSON.stringify({ title: 'Not available for the moment', detail: 'The disk is full.' })
  const asked = page.waitForResponse(/\/healthcheck\/is_ready/)
  await answering(page, (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body }))
  await page.goto('/samples')
  await asked
  await expect(page.getByRole('alert').first()).toContainText('The disk is full.')
  await expect(page.getByText('The server is away.')).toBeHidden()
})

test.describe('on a tablet', () => {
  test.use({ viewport: { width: 1024, height: 768 }, hasTouch: true, isMobile: true })

  test('what is touched is large enough', async ({ page, addItems }) => {
    const [refcode] = await addItems({ type: 'samples', item_id: 'TOUCH-1', name: 'For gloves' })
    for (const path of ['/', '/samples', '/collections', `/items/${refcode}`]) {
      await page.goto(path)
      await page.waitForLoadState('networkidle')
      const small = await page.evaluate((least) => [...document.querySelectorAll<HTMLElement>('main button, header button, nav a')]
        .filter((one) => one.checkVisibility() && !one.closest('.sr-only') && one.getBoundingClientRect().height < least)
        .map((one) => `${one.getAttribute('aria-label') ?? one.textContent?.trim()} ${one.getBoundingClientRect().height}`), TOUCHED_PX)
      expect.soft(small, path).toEqual([])
    }
  })
})

test('a page that was replaced by a new version while another was open is opened all the same', async ({ page }) => {
  let isLoadedAnew = false
  page.on('request', (request) => { isLoadedAnew ||= request.isNavigationRequest() && request.url().endsWith('/graph') })
  await page.route(/\/assets\/GraphPage-.*\.js$/, (route) => (isLoadedAnew ? route.continue() : route.fulfill({ status: 404 })))
  await page.goto('/')
  await page.getByRole('link', { name: 'Graph' }).click()
  await expect(page.getByRole('heading', { name: 'Graph', level: 1 })).toBeAttached()
  expect(isLoadedAnew).toBe(true)
})

test('a part of the first page that is lost on its way is fetched again', async ({ page }) => {
  let isLost = false
  await page.route(/\/assets\/GraphPage-.*\.js$/, async (route) => {
    if (isLost) return route.continue()
    isLost = true
    return route.abort('failed')
  })
  await page.goto('/graph')
  await expect(page.getByRole('heading', { name: 'Graph', level: 1 })).toBeAttached()
  expect(isLost).toBe(true)
})

test('a page of which a part never arrives says so, and tries again', async ({ page }) => {
  await page.route(/\/assets\/GraphPage-.*\.js$/, (route) => route.abort('failed'))
  await page.goto('/graph')
  await expect(page.getByText('This page did not arrive whole')).toBeVisible()
  await expectAccessible(page)
  await picture(page, 'lost')
  await page.unroute(/\/assets\/GraphPage-.*\.js$/)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { name: 'Graph', level: 1 })).toBeAttached()
})

/** Opens the start page, then loses what the graph's page needs, and whether the server answers; gives what ends that. */
async function withoutNetwork(page: Page): Promise<() => Promise<void>> {
  const needed = /\/assets\/GraphPage-.*\.js$|\/healthcheck\/is_ready/
  await page.goto('/')
  await page.waitForLoadState('networkidle')
  await page.route(needed, (route) => route.abort('failed'))
  return () => page.unroute(needed)
}

test('a click while the network is away for a moment opens the page a moment later', async ({ page }) => {
  const networkComesBack = await withoutNetwork(page)
  const asked = page.waitForRequest(/\/healthcheck\/is_ready/)
  await page.getByRole('link', { name: 'Graph' }).click()
  await asked
  await networkComesBack()
  await expect(page.getByRole('heading', { name: 'Graph', level: 1 })).toBeAttached()
})

test('a click while the network stays away says why nothing opens', async ({ page }) => {
  const networkComesBack = await withoutNetwork(page)
  await page.getByRole('link', { name: 'Graph' }).click()
  await expect(page.getByText('The page cannot be opened: the server does not answer.', { exact: true })).toBeVisible({ timeout: 15_000 })
  await networkComesBack()
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { name: 'Graph', level: 1 })).toBeAttached()
})

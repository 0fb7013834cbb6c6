import { execSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { pattern } from './measured'

const { DATALAB_PAGE: PAGE = '', DATALAB_API: API = '', DATALAB_FIRST_LINK: FIRST = '', DATALAB_LINK: LINK = '' } = process.env
const { DATALAB_STOP_DATABASE: STOP, DATALAB_START_DATABASE: START } = process.env

const SILICON = pattern([28.44, 47.3, 56.12])
const REFUSED = /CORS|Cross-Origin|Content Security Policy|Mixed Content/i

test('whoever opens the first link is welcomed by the page, and stays signed in', async ({ page }) => {
  test.skip(!FIRST)
  await page.goto(`${PAGE}/samples`)
  await expect(page.getByRole('heading', { name: /^Welcome to/ })).toBeVisible()
  await page.goto(FIRST)
  await expect(page).toHaveURL(`${PAGE}/welcome`)
  await page.getByLabel('Name').fill('Ada Okafor')
  await page.getByRole('button', { name: 'Start' }).click()
  await expect(page.getByRole('heading', { name: /, Ada$/ })).toBeVisible()
  await page.goto(`${PAGE}/samples`)
  await expect(page.getByRole('heading', { name: 'Samples and cells' })).toBeAttached()
})

test('somebody signs in by a link, makes a sample, uploads, plots, downloads and leaves', async ({ page, context }) => {
  test.skip(!LINK)
  const refused: string[] = []
  page.on('console', (message) => { if (REFUSED.test(message.text())) refused.push(message.text()) })

  await page.goto(`${PAGE}/samples`)
  await expect(page.getByRole('heading', { name: /^Sign in to/ })).toBeVisible()
  await page.goto(LINK)
  await expect(page).toHaveURL(`${PAGE}/`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const [session, ...others] = await context.cookies(API)
  expect(others).toEqual([])
  expect(session).toMatchObject({
    name: 'datalab_session', domain: new URL(API).hostname, httpOnly: true, sameSite: 'Lax', secure: API.startsWith('https:'),
  })

  await page.goto(`${PAGE}/samples`)
  await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
  await page.keyboard.press('n')
  await page.getByLabel('Name').fill('Silicon powder')
  await page.getByRole('textbox', { name: 'ID' }).fill('APART-1')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await expect(page).toHaveURL(/\/items\/\w+:\w+/)

  await page.getByText('Drop data, pictures or papers').waitFor()
  await page.getByLabel('Choose files').setInputFiles({ name: 'silicon.xy', mimeType: 'text/plain', buffer: SILICON })
  await page.getByRole('button', { name: 'Plot as Powder XRD: silicon.xy' }).click()
  const card = page.getByRole('article', { name: 'Powder XRD' })
  await card.scrollIntoViewIfNeeded()
  await expect(card.locator('.js-plotly-plot .trace').first()).toBeVisible()
  await card.getByText('Peaks').click()
  await expect(card.getByRole('table')).toContainText('28.4')

  await page.getByRole('button', { name: 'More about silicon.xy' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Download' }).click()])
  expect(file.suggestedFilename()).toBe('silicon.xy')
  expect((await readFile(await file.path())).equals(SILICON)).toBe(true)

  if (STOP && START) {
    execSync(STOP)
    await page.getByRole('textbox', { name: 'Name' }).fill('Typed while the database was away')
    await expect(page.getByText('The server is away.')).toBeVisible({ timeout: 60_000 })
    execSync(START)
    await expect(page.getByText('The server is away.')).toBeHidden({ timeout: 60_000 })
    await expect(page.getByRole('status').filter({ hasText: /^Saved/ })).toBeVisible()
    await page.reload()
    await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Typed while the database was away')
  }

  await page.goto(`${PAGE}/account`)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: /^Sign in to/ })).toBeVisible()
  expect(await context.cookies(API)).toEqual([])
  await page.goto(LINK)
  await expect(page.getByRole('alert')).toContainText('That link has been used already')
  expect(refused).toEqual([])
})

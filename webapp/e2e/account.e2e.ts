import { expect, request } from '@playwright/test'
import { test } from './journey'

test('an API key is shown once, works, and works no more when it is ended', async ({ page, lab }) => {
  await page.goto('/account')
  await page.getByLabel('What is it for?').fill('Notebook')
  await page.getByRole('button', { name: 'Make a key' }).click()
  const key = await page.getByRole('status').locator('code').innerText()

  const script = await request.newContext({
    baseURL: lab.url, extraHTTPHeaders: { 'DATALAB-API-KEY': key }, storageState: { cookies: [], origins: [] },
  })
  expect((await script.get('/v1/me')).status()).toBe(200)
  await page.reload()
  await expect(page.getByText(key)).toHaveCount(0)

  await page.getByRole('button', { name: 'End Notebook' }).click()
  await page.getByRole('button', { name: 'End the key' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'End Notebook' })).toHaveCount(0)
  expect((await script.get('/v1/me')).status()).toBe(401)
  await script.dispose()
})

test('one changes how one is called', async ({ page, api }) => {
  await page.goto('/account')
  await page.getByLabel('Name').fill('Maya L.')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { name: 'Maya L.' })).toBeVisible()
  await api.patch('/v1/me', { data: { display_name: 'Maya Lindqvist' } }) // as other journeys know her
})

test('a chosen theme stays', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Dark' }).click()
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

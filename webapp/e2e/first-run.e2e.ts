import { expect, test } from '@playwright/test'
import { expectAccessible } from './journey'
import { startLab, type Lab } from './server'

let lab: Lab

test.beforeAll(async () => { lab = await startLab() })
test.afterAll(() => lab.stop())

test('the first visitor is told how to get in, gets in by the printed link, and is shown what to do', async ({ page }) => {
  await page.goto(`${lab.url}/samples`)
  await expect(page.getByRole('heading', { name: 'Welcome to datalab' })).toBeVisible()
  await expectAccessible(page)

  await page.goto(lab.firstRunLink)
  await page.getByLabel('Name').fill('Ada Okafor')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Start' }).click()

  await expect(page.getByRole('heading', { name: /, Ada$/ })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'What to do first' })).toBeVisible()
  await expectAccessible(page)
})

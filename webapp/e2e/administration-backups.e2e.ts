import { rm } from 'node:fs/promises'
import { expect, expectAccessible, picture, test as base } from './journey'
import { startLab, type Lab } from './server'

/** A lab that is backed up by two strategies. */
const STRATEGIES = {
  'daily-snapshots': { location: 'DATA-kept/daily', frequency: '5 4 * * *', retention: 7 },
  'off site': { location: 'DATA-kept/steps', frequency: '0 2 * * 0', incremental: true, retention: { weekly: 8 } },
  // Its secret key is not on the server.
  'sealed': { location: 'DATA-kept/sealed', encryption: 'age1k7g9rnwhngvt0e20zq5ckvnpex3f7e9veke20q0lsvw7sld3vpyqsp2688' },
}

const test = base.extend<object, { lab: Lab }>({
  lab: [async ({}, use) => {
    const lab = await startLab({ PYDATALAB_BACKUP_STRATEGIES: JSON.stringify(STRATEGIES) })
    await use(lab)
    await lab.stop()
    await rm(`${lab.folder}-kept`, { recursive: true, force: true })
  }, { scope: 'worker' }],
})

test('a backup is made, drilled, verified, downloaded, and one item comes back from it', async ({ page, addItems }) => {
  test.slow()
  const [refcode] = await addItems(...Array.from({ length: 12 }, (_, n) => ({ type: 'samples', item_id: `LCO-${n}`, name: 'LCO' })))
  await page.goto('/administration/backups')
  const daily = page.getByRole('region', { name: 'daily-snapshots' })
  await expect(daily.getByText('No backup yet')).toBeVisible()
  await expectAccessible(page)

  await daily.getByRole('button', { name: 'Back up now' }).click()
  await expect(daily.getByText('Not drilled yet')).toBeVisible({ timeout: 60_000 })
  await daily.getByRole('button', { name: 'Drill' }).click()
  await expect(daily.getByText('Healthy')).toBeVisible({ timeout: 60_000 })
  const off = page.getByRole('region', { name: 'off site' })
  await off.getByRole('button', { name: 'Back up now' }).click()
  await expect(off.getByText('Not drilled yet')).toBeVisible({ timeout: 60_000 })

  const made = page.getByRole('list', { name: 'Backups' }).getByRole('listitem').filter({ hasText: 'daily-snapshots-' })
  const act = async (name: string) => {
    await made.getByRole('button', { name: 'Actions on' }).click()
    await page.getByRole('menuitem', { name }).click()
  }
  await act('Verify')
  await expect(made.getByText('is whole')).toBeVisible({ timeout: 60_000 })
  const download = page.waitForEvent('download')
  await act('Download')
  expect((await download).suggestedFilename()).toMatch(/^daily-snapshots-\d{8}T\d{6}Z\.tar\.zst$/)
  await picture(page, 'administration-backups')
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 390, height: 844 })
  await picture(page, 'administration-backups-narrow-dark')
  await expectAccessible(page)
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.emulateMedia({ colorScheme: 'light' })

  await page.request.patch(`/v1/items/${refcode}`, { data: { name: 'Spoilt' }, headers: { 'X-Requested-With': 'datalab' } })
  await act('Restore an item')
  const dialog = page.getByRole('dialog', { name: 'Restore an item' })
  await dialog.getByLabel('Refcode').fill(refcode!)
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await expect(dialog.getByText('is there')).toBeVisible({ timeout: 60_000 })
  await dialog.getByRole('checkbox').click()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await dialog.getByRole('link', { name: 'Open it' }).click({ timeout: 60_000 })
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('LCO')
})

test('a backup whose key is elsewhere is neither drilled nor called broken, and the page says why', async ({ page }) => {
  test.slow()
  await page.goto('/administration/backups')
  const sealed = page.getByRole('region', { name: 'sealed' })
  await sealed.getByRole('button', { name: 'Back up now' }).click()
  await expect(sealed.getByText('Not drilled yet')).toBeVisible({ timeout: 60_000 })
  await sealed.getByRole('button', { name: 'Drill' }).click()
  await expect(sealed.getByText('its key is not here')).toBeVisible({ timeout: 60_000 })
  const made = page.getByRole('list', { name: 'Backups' }).getByRole('listitem').filter({ hasText: 'sealed-' })
  await made.getByRole('button', { name: 'Actions on' }).click()
  await page.getByRole('menuitem', { name: 'Verify' }).click()
  await expect(made.getByText('The archive is encrypted')).toBeVisible({ timeout: 60_000 })
  await page.reload()
  await expect(made.getByText('Not drilled yet')).toBeVisible()
  await expect(page.getByText('Broken')).toHaveCount(0)
})

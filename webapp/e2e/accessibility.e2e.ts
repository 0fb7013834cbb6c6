import { expect, expectAccessible, picture, test } from './journey'

const PAGES = [
  ['start', '/'], ['samples', '/samples'], ['inventory', '/starting-materials'], ['equipment', '/equipment'],
  ['collections', '/collections'], ['search', '/search?q=AXE'], ['account', '/account'], ['nowhere', '/nowhere'],
] as const

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme })

    for (const [name, path] of PAGES) {
      test(`${name} keeps nobody out`, async ({ page, addItems }) => {
        await addItems(...['samples', 'cells', 'starting_materials', 'equipment'].map((type) => ({
          type, item_id: `AXE-${type}-${name}-${colorScheme}`, name: 'Lithium cobalt oxide',
          ...(type === 'samples' && { chemform: 'LiCoO2' }),
        })))
        await page.goto(path)
        await expect(page.locator('main')).toBeVisible()
        await page.waitForLoadState('networkidle')
        await expectAccessible(page)
        await picture(page, `${name}-${colorScheme}`)
      })
    }

    test('dialogs keep nobody out', async ({ page }) => {
      await page.goto('/samples')
      await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
      await page.keyboard.press('n')
      await expect(page.getByRole('dialog')).toBeVisible()
      await expectAccessible(page)
      await page.getByRole('tab', { name: 'Many at once' }).click()
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await page.keyboard.press('/')
      await expect(page.getByRole('combobox', { name: 'Search everything' })).toBeVisible()
      await expectAccessible(page)
    })
  })
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  for (const [name, path] of PAGES) {
    test(`${name} fits without scrolling sideways`, async ({ page }) => {
      await page.goto(path)
      await page.waitForLoadState('networkidle')
      const { wide, shown } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, shown: innerWidth }))
      expect(wide).toBeLessThanOrEqual(shown)
      await picture(page, `${name}-phone`)
    })
  }
})

import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test as base, expect, expectAccessible, picture } from './journey'
import { startLab } from './server'

const LONG_MS = 20_000
const SCAN = Array.from({ length: 500 }, (_, n) => `${(10 + n / 50).toFixed(2)} ${100 + (n % 7)}`).join('\n')

const test = base.extend<object, { lab: Awaited<ReturnType<typeof startLab>> }>({
  lab: [async ({}, use) => {
    const lab = await startLab({
      PYDATALAB_REMOTE_FILESYSTEMS: JSON.stringify([
        { name: 'Diffractometer', path: 'DATA/mounted' }, { name: 'Furnace', path: 'DATA/furnace' },
      ]),
      PYDATALAB_REMOTE_CACHE_MIN_AGE: '0',
    })
    await mkdir(join(lab.folder, 'mounted', 'runs'), { recursive: true })
    await writeFile(join(lab.folder, 'mounted', 'runs', 'scan.xy'), SCAN)
    await writeFile(join(lab.folder, 'mounted', 'runs', 'notes.txt'), 'hot')
    await use(lab)
    await lab.stop()
  }, { scope: 'worker' }],
})

test('a large file is copied by a job that says how far it is', async ({ page, api, lab, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'REMOTE-LARGE' })
  await writeFile(join(lab.folder, 'mounted', 'large.raw'), Buffer.alloc(40_000_000, 7))
  await page.goto(`/items/${refcode}`)
  await page.getByRole('button', { name: 'From a remote folder' }).click()
  const dialog = page.getByRole('dialog', { name: 'From a remote folder' })
  await dialog.getByRole('treeitem', { name: 'Diffractometer' }).focus()
  await page.keyboard.press('ArrowRight')
  await dialog.getByRole('treeitem', { name: 'large.raw' }).click()
  await dialog.getByRole('button', { name: 'Attach' }).click()
  await expect(dialog).toBeHidden({ timeout: LONG_MS })
  await expect(page.getByRole('listitem').filter({ hasText: 'large.raw' })).toContainText('40.0 MB')
  const { items } = await (await api.get('/v1/jobs?name=copy-remote-file')).json() as { items: { state: string }[] }
  expect(items.map(({ state }) => state)).toEqual(['done'])
})

test('files of a mounted folder are chosen by keyboard, attached, and kept in step', async ({ page, api, lab, addItems }) => {
  test.slow()
  const [refcode] = await addItems({ type: 'samples', item_id: 'REMOTE-1' })
  await page.goto(`/items/${refcode}`)
  await page.getByRole('button', { name: 'From a remote folder' }).click()
  const dialog = page.getByRole('dialog', { name: 'From a remote folder' })
  const tree = dialog.getByRole('tree', { name: 'Remote folders' })

  await tree.getByRole('treeitem', { name: 'Diffractometer' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(tree.getByRole('treeitem', { name: 'runs' })).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect(tree.getByRole('treeitem', { name: 'scan.xy' })).toBeVisible()
  for (const key of ['ArrowDown', ' ', 'ArrowDown', ' ']) await page.keyboard.press(key)
  await expect(dialog.getByRole('status').filter({ hasText: '2 files' })).toBeVisible()

  await tree.getByRole('treeitem', { name: 'Furnace' }).click()
  await expect(tree.getByRole('alert')).toContainText('Look whether it is mounted')
  await expectAccessible(page)
  await picture(page, 'remote-files')
  await mkdir(join(lab.folder, 'furnace'))
  await tree.getByRole('button', { name: 'Try again' }).click()
  await expect(tree.getByText('Empty.')).toBeVisible()

  await dialog.getByRole('textbox', { name: 'Filter by name' }).or(dialog.getByRole('searchbox')).fill('scan')
  await expect(tree.getByRole('treeitem', { name: 'notes.txt' })).toBeHidden()
  await dialog.getByRole('button', { name: 'Attach' }).click()
  await expect(dialog).toBeHidden()
  const line = page.getByRole('listitem').filter({ hasText: 'scan.xy' })
  await expect(line).toContainText('Live')
  await expect(line).toContainText('from Diffractometer')
  await picture(page, 'remote-files-attached')

  await appendFile(join(lab.folder, 'mounted', 'runs', 'scan.xy'), '\n20.00 130')
  await page.goto('/administration/remotes')
  await expect(page.getByRole('listitem').filter({ hasText: 'scan.xy' })).toContainText('version 1')
  await page.getByRole('button', { name: 'Look at them now' }).click()
  await expect(page.getByText(/\d files looked at, 1 brought up to date/)).toBeVisible({ timeout: LONG_MS })
  await expect(page.getByRole('listitem').filter({ hasText: 'scan.xy' })).toContainText('version 2')
  await expectAccessible(page)
  await picture(page, 'administration-remotes')
  const { files } = await (await api.get(`/v1/items/${refcode}`)).json() as { files: { revision: number }[] }
  expect(files.map(({ revision }) => revision).sort()).toEqual([1, 2])
})

test('an administrator sees which remote folder is away', async ({ page, lab }) => {
  await rename(join(lab.folder, 'mounted'), join(lab.folder, 'unmounted'))
  await page.goto('/administration/remotes')
  const line = page.getByRole('listitem').filter({ hasText: 'Diffractometer' }).first()
  await expect(line).toContainText('Away')
  await rename(join(lab.folder, 'unmounted'), join(lab.folder, 'mounted'))
  await page.getByRole('button', { name: 'Ask again' }).click()
  await expect(line).toContainText('There')
})

test.describe('at night, on a phone', () => {
  test.use({ colorScheme: 'dark', viewport: { width: 390, height: 844 } })

  test('remote folders fit', async ({ page, addItems }) => {
    const [refcode] = await addItems({ type: 'samples', item_id: 'REMOTE-2' })
    await page.goto(`/items/${refcode}`)
    await page.getByRole('button', { name: 'From a remote folder' }).click()
    const tree = page.getByRole('tree', { name: 'Remote folders' })
    await tree.getByText('Diffractometer').click()
    await tree.getByText('runs').click()
    await expect(tree.getByRole('treeitem', { name: 'scan.xy' })).toBeVisible()
    await expectAccessible(page)
    await picture(page, 'remote-files-phone')
  })
})

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, picture, test } from './journey'
import { attach, pattern } from './measured'

const text = (name: string, content: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(content) })

const choose = (page: Page, ...files: ReturnType<typeof text>[]) => page.getByLabel('Choose files').setInputFiles(files)

const listed = (page: Page) => page.getByRole('region', { name: /^Files/ })

test('files dropped on the page are attached, each with what can read it', async ({ page, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'DROP-1' })
  await page.goto(`/items/${refcode}`)
  await page.getByText('Drop data, pictures or papers').waitFor()
  const data = await page.evaluateHandle((content) => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([content], 'dropped.xy'))
    transfer.items.add(new File(['a note'], 'note.md'))
    return transfer
  }, pattern([35]).toString())
  const area = page.getByRole('heading', { level: 1 }).first()
  await area.dispatchEvent('dragenter', { dataTransfer: data })
  await expect(page.getByText('Attach to DROP-1')).toBeVisible()
  await picture(page, 'drop')
  await area.dispatchEvent('drop', { dataTransfer: data })
  await expect(page.getByText('Attach to DROP-1')).toBeHidden()
  await expect(listed(page).getByRole('link', { name: 'dropped.xy' })).toBeVisible()
  await expect(listed(page).getByRole('link', { name: 'note.md' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Plot as Powder XRD: dropped.xy' })).toBeVisible()
  await expectAccessible(page)
})

test('the same bytes are not doubled, and the same name with other bytes asks', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'SAME-1' })
  await attach(api, refcode!, 'log.txt', Buffer.from('first'))
  await attach(api, refcode!, 'notes.txt', Buffer.from('notes'))
  await page.goto(`/items/${refcode}`)
  await choose(page, text('log.txt', 'first'), text('copy.txt', 'notes'))
  await expect(page.getByText('already here, not doubled')).toHaveCount(1)
  await expect(page.getByText('already here as notes.txt, not doubled')).toBeVisible()
  const dismiss = page.getByRole('button', { name: 'Dismiss' })
  await dismiss.first().click()
  await expect(dismiss).toHaveCount(1)
  await dismiss.click()

  await choose(page, text('log.txt', 'second'), text('notes.txt', 'more notes'))
  await page.getByRole('group', { name: 'What shall become of log.txt?' }).getByRole('button', { name: 'Keep both', exact: true }).click()
  await page.getByRole('group', { name: 'What shall become of notes.txt?' }).getByRole('button', { name: 'Replace', exact: true }).click()
  await expect(listed(page).getByRole('link', { name: 'log.txt' })).toHaveCount(2)
  await expect(listed(page).getByRole('link', { name: 'notes.txt' })).toHaveCount(1)
  const menus = listed(page).getByRole('button', { name: /^More about log.txt, [0-9a-f]{7}$/ })
  await expect(menus).toHaveCount(2)
  expect(await menus.first().getAttribute('aria-label')).not.toBe(await menus.last().getAttribute('aria-label'))
  await expect.poll(async () => {
    const { files } = await (await api.get(`/v1/items/${refcode}`)).json() as { files: { name: string, size: number }[] }
    return files.map(({ name, size }) => `${name} ${size}`).sort()
  }).toEqual(['log.txt 5', 'log.txt 6', 'notes.txt 10'])
})

test('who replaces a file is told which other items show it', async ({ page, api, addItems }) => {
  const all = await addItems(...['WHERE-1', 'WHERE-2', 'WHERE-3', 'WHERE-4'].map((item_id) => ({ type: 'samples', item_id })))
  await attach(api, all[0]!, 'log.txt', Buffer.from('first'))
  await attach(api, all[0]!, 'alone.txt', Buffer.from('alone'))
  const { files } = await (await api.get(`/v1/items/${all[0]}`)).json() as { files: { file_id: string }[] }
  for (const other of all.slice(1)) await api.put(`/v1/items/${other}/files/${files[0]!.file_id}`)
  await page.goto(`/items/${all[0]}`)
  await choose(page, text('log.txt', 'second'), text('alone.txt', 'not the same'))
  await expect(page.getByText(/also in WHERE-\d and 2 more\. Replace changes it there too/)).toBeVisible()
  await expect(page.getByText(/^another file of this name is here$/)).toBeVisible()
  await expectAccessible(page)
  await picture(page, 'same-name')
  await page.getByRole('group', { name: 'What shall become of log.txt?' }).getByRole('button', { name: 'Keep both', exact: true }).click()
  await expect(listed(page).getByRole('button', { name: /^More about log.txt, / })).toHaveCount(2)
  await picture(page, 'twins')
})

test('all files of a dropped folder are attached; of one that is a measurement as a whole, a zip is asked for', async ({ page, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'FOLDER-1' })
  const place = await mkdtemp(join(tmpdir(), 'dropped-'))
  const write = async (name: string) => {
    await mkdir(dirname(join(place, name)), { recursive: true })
    await writeFile(join(place, name), name)
  }
  await Promise.all(['batch-3/a.txt', 'batch-3/old/b.txt', '10/acqus', '10/pdata/1/procs', 'beside.txt'].map(write))
  await page.goto(`/items/${refcode}`)
  await page.getByText('Drop data, pictures or papers').waitFor()

  const hand = await page.context().newCDPSession(page)
  const data = { items: [], files: ['batch-3', '10', 'beside.txt'].map((name) => join(place, name)), dragOperationsMask: 1 }
  const drag = (type: 'dragEnter' | 'dragOver' | 'drop') => hand.send('Input.dispatchDragEvent', { type, x: 700, y: 400, data })
  await drag('dragEnter')
  await drag('dragOver')
  await expect(page.getByText('Attach to FOLDER-1')).toBeVisible()
  await drag('drop')
  for (const name of ['a.txt', 'b.txt', 'beside.txt']) await expect(listed(page).getByRole('link', { name })).toBeVisible()
  await expect(page.getByText('All 2 files of the folder “batch-3” will be attached.', { exact: true })).toBeVisible()
  await expect(page.getByText(/^The folder “10” was not attached: .* Zip the folder first/)).toBeVisible()
  await expect(listed(page).getByRole('link')).toHaveCount(4)
  await picture(page, 'dropped-folder')
  await rm(place, { recursive: true })
})

test('an upload waits while the network is gone, and goes on by itself', async ({ page, context, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'WAIT-1' })
  await page.goto(`/items/${refcode}`)
  await page.getByText('Drop data, pictures or papers').waitFor()
  await context.setOffline(true)
  await choose(page, text('late.txt', 'late'))
  await expect(page.getByText('no network: goes on by itself when it is back')).toBeVisible()
  await context.setOffline(false)
  await expect(listed(page).getByRole('link', { name: 'late.txt' })).toBeVisible()
})

test('a file is detached and brought back, and one file belongs to two items', async ({ page, api, addItems }) => {
  const [one, two] = await addItems({ type: 'samples', item_id: 'BOTH-1' }, { type: 'samples', item_id: 'BOTH-2' })
  await attach(api, one!, 'shared-among-two.txt', Buffer.from('shared'))
  await page.goto(`/items/${two}`)
  await page.getByRole('button', { name: 'Attach a file of another item' }).click()
  await page.getByRole('combobox', { name: 'File of another item' }).fill('shared-among')
  await page.getByRole('option', { name: /shared-among-two/ }).click()
  const link = listed(page).getByRole('link', { name: 'shared-among-two.txt' })
  await expect(link).toBeVisible()

  await page.getByRole('button', { name: 'More about shared-among-two.txt' }).click()
  await page.getByRole('menuitem', { name: 'Detach' }).click()
  await expect(link).toBeHidden()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(link).toBeVisible()
})

test('a bar shows how far an upload is, beside others, and it can be given up half-way', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'PROGRESS-1' })
  await page.goto(`/items/${refcode}`)
  await page.getByText('Drop data, pictures or papers').waitFor()
  const network = await page.context().newCDPSession(page)
  await network.send('Network.enable')
  const kilobytesPerSecond = (speed: number) => network.send('Network.emulateNetworkConditions', {
    offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: speed < 0 ? -1 : speed * 1000,
  })
  await kilobytesPerSecond(400)
  await choose(page, text('large.bin', 'x'.repeat(8_000_000)), text('small.txt', 'y'.repeat(200_000)))

  const bar = page.getByRole('progressbar', { name: 'Upload of large.bin' })
  const share = async () => Number(await bar.getAttribute('aria-valuenow'))
  await expect.poll(share).toBeGreaterThan(0)
  const before = await share()
  await expect.poll(share).toBeGreaterThan(before)
  expect(await share()).toBeLessThan(90)
  const line = page.getByRole('list', { name: 'Uploads' }).getByRole('listitem').filter({ hasText: 'large.bin' })
  await expect(line.getByRole('status')).toHaveText(/^\d+(\.\d)? [kM]B of 8\.0 MB · \d+(\.\d)? kB\/s · (\d+ (s|min) left|almost done)$/)
  const [whole, done] = await Promise.all([bar.boundingBox(), bar.locator('.bar').boundingBox()])
  expect(done!.width).toBeGreaterThan(0)
  expect(done!.width).toBeLessThan(whole!.width)
  await expectAccessible(page)
  await picture(page, 'progress')

  await page.getByRole('button', { name: 'Cancel large.bin' }).click()
  await expect(line).toBeHidden()
  await kilobytesPerSecond(-1)
  await expect(listed(page).getByRole('link', { name: 'small.txt' })).toBeVisible()
  const { files } = await (await api.get(`/v1/items/${refcode}`)).json() as { files: { name: string }[] }
  expect(files.map(({ name }) => name)).toEqual(['small.txt'])
})

test('an upload is given up, another is tried again, and what has arrived is downloaded, one or all', async ({ page, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'CANCEL-1' })
  await attach(api, refcode!, 'first.txt', Buffer.from('first'))
  await page.goto(`/items/${refcode}`)
  await expect(listed(page).getByRole('link', { name: 'first.txt' })).toBeVisible()

  await page.route('**/files?*', () => new Promise(() => {}))
  await choose(page, text('slow.txt', 'slow'))
  await page.getByRole('button', { name: /^Cancel/ }).click()
  await expect(page.getByRole('list', { name: 'Uploads' })).toBeHidden()
  await page.unroute('**/files?*')

  await page.route('**/files?*', (route) => route.fulfill({ status: 500, body: '{"title": "The disk is full"}' }), { times: 1 })
  await choose(page, text('second.txt', 'second'))
  await expect(page.getByRole('list', { name: 'Uploads' })).toContainText('The disk is full')
  await page.getByRole('button', { name: /again|Retry/ }).click()
  await expect(listed(page).getByRole('link', { name: 'second.txt' })).toBeVisible()
  await expect(listed(page).getByRole('link', { name: 'slow.txt' })).toHaveCount(0)

  const [zip] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download all' }).click()])
  expect(zip.suggestedFilename()).toMatch(/\.zip$/)
  await page.getByRole('button', { name: 'More about second.txt' }).click()
  const [one] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Download' }).click()])
  expect(one.suggestedFilename()).toBe('second.txt')
  expect(await readFile(await one.path(), 'utf8')).toBe('second')
})

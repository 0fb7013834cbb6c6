import { expect, test } from './journey'
import { attach, pattern } from './measured'

const MOST_BYTES = 350_000

test('the first table needs at most 350 kB of script and style', async ({ page, addItems }) => {
  await addItems({ type: 'samples', item_id: 'FIRST-LOAD' })
  const client = await page.context().newCDPSession(page)
  await client.send('Network.enable')
  const wanted = new Set<string>()
  let bytes = 0
  client.on('Network.responseReceived', ({ requestId, type }) => { if (type === 'Script' || type === 'Stylesheet') wanted.add(requestId) })
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => { if (wanted.has(requestId)) bytes += encodedDataLength })

  await page.goto('/samples')
  await expect(page.getByRole('row', { name: /FIRST-LOAD/ })).toBeVisible()
  await page.waitForLoadState('networkidle')
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThan(MOST_BYTES)
})

test('nothing comes from another host', async ({ page, lab, api, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'NO-STRANGERS', smiles: 'CCO', GHS_codes: 'H225', description: '<p>Ethanol</p>' })
  const file = await attach(api, refcode!, 'pattern.xy', pattern([28.44]))
  await api.post(`/v1/items/${refcode}/blocks`, { data: { technique: 'xrd', file_ids: [file] } })
  const strangers: string[] = []
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol.startsWith('http') && origin !== lab.url) strangers.push(request.url())
  })
  for (const path of ['/', '/samples', '/collections', '/search?q=a', '/account']) {
    await page.goto(path)
    await page.waitForLoadState('networkidle')
  }
  await page.goto(`/items/${refcode}`)
  await expect(page.locator('.js-plotly-plot .trace').first()).toBeAttached({ timeout: 15_000 })
  await page.goto(`/graph?item=${refcode}`)
  await page.waitForLoadState('networkidle')
  expect(strangers).toEqual([])
})

// Uses the page in Chromium, and prints how long things took as JSON: a list of {what, value, unit}.
//
// node browser.mjs plots ADDRESS KEY REFCODE FILE…   from the click on "Plot as …" to the drawn curve
// node browser.mjs tables ADDRESS KEY                tables opened, sorted and searched; what loads before the first
import { chromium } from '../webapp/node_modules/playwright/index.mjs'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const TIMES = 5
const KEY_PAUSE_MS = 60
const TABLES = ['samples', 'starting-materials', 'equipment']
const WHEEL_TURNS = 30
const WHEEL_PIXELS = 3000

const [what, address, key, ...rest] = process.argv.slice(2)
const found = []

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
await { plots, tables }[what](...rest)
await browser.close()
console.log(JSON.stringify(found))

async function plots(refcode, ...names) {
  for (const name of names) {
    const took = { first: [], later: [] }
    for (let time = 0; time < TIMES; time += 1) {
      const page = await fresh() // the library that draws is loaded with the first plot
      for (const which of ['first', 'later']) {
        await page.goto(`${address}/items/${refcode}`)
        took[which].push(await plotted(page, name))
      }
      await page.context().close()
    }
    tell(`${name}: from the click to the curve, the first plot in a browser`, median(took.first))
    tell(`${name}: from the click to the curve`, median(took.later))
  }
}

async function plotted(page, name) {
  const button = page.getByRole('button', { name: new RegExp(`^Plot as .*: ${name.replaceAll('.', '\\.')}$`) })
  await button.waitFor()
  await page.waitForLoadState('networkidle')
  const before = await page.locator('article').count()
  const took = since(page, (count) => {
    const cards = document.querySelectorAll('article')
    const curve = cards.length > count && document.querySelector('.js-plotly-plot .scatterlayer .js-line[d]')
    return curve ? performance.now() : false
  }, before)
  await button.click()
  const milliseconds = await took
  await page.getByRole('article').last().getByRole('toolbar').getByRole('button', { name: 'More' }).click()
  const gone = page.waitForResponse((answer) => answer.request().method() === 'DELETE')
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await gone
  return milliseconds
}

async function tables() {
  const page = await fresh()
  const bytes = await loaded(page, () => opened(page, TABLES[0]))
  found.push({ what: 'script and style before the first table', value: bytes / 1000, unit: 'kB' })
  for (const table of TABLES) tell(`open ${table}`, await repeated(() => opened(page, table)))
  for (const column of ['Name', 'Date']) tell(`sort by ${column.toLowerCase()}`, await repeated(() => sorted(page, column)))
  tell('search, from the last key to the rows', await repeated(() => searched(page, 'lithium')))
  await scrolled(page)
}

/** A page of somebody who has never been here. */
async function fresh() {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 }, serviceWorkers: 'block', extraHTTPHeaders: { 'DATALAB-API-KEY': key },
  })
  await context.addInitScript(() => {
    for (const kind of ['click', 'keydown']) addEventListener(kind, ({ timeStamp }) => { window.begun = timeStamp }, true)
  })
  return context.newPage()
}

/** Bytes of script and style over the wire while something is done. */
async function loaded(page, act) {
  const client = await page.context().newCDPSession(page)
  await client.send('Network.enable')
  const wanted = new Set()
  let bytes = 0
  client.on('Network.responseReceived', ({ requestId, type }) => { if (['Script', 'Stylesheet'].includes(type)) wanted.add(requestId) })
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => { if (wanted.has(requestId)) bytes += encodedDataLength })
  await act()
  await page.waitForLoadState('networkidle')
  await client.detach()
  return bytes
}

async function opened(page, table) {
  await page.goto(`${address}/${table}`, { waitUntil: 'commit' })
  return since(page, () => (document.querySelectorAll('tbody .row').length > 3 ? performance.now() : false))
}

/** On a page that has not seen the answer yet. */
async function sorted(page, column) {
  await opened(page, TABLES[0])
  const was = await page.locator('tbody .row .id').allInnerTexts()
  const took = since(page, (before) => {
    const now = [...document.querySelectorAll('tbody .row .id')].map(({ innerText }) => innerText)
    const differs = now.length && now.join() !== before
    return differs && !document.querySelector('[aria-busy=true]') ? performance.now() : false
  }, was.join())
  await page.getByRole('columnheader', { name: column }).getByRole('button').click()
  return took
}

async function searched(page, word) {
  await opened(page, TABLES[0])
  const took = since(page, (wanted) => {
    const rows = [...document.querySelectorAll('tbody .row')]
    const fit = rows.length && rows.every(({ innerText }) => innerText.includes(wanted))
    return fit && new URL(location).searchParams.get('q') === wanted && !document.querySelector('[aria-busy=true]') ? performance.now() : false
  }, word)
  await page.getByRole('searchbox', { name: 'Search in this table' }).pressSequentially(word, { delay: KEY_PAUSE_MS })
  return took
}

async function scrolled(page) {
  await opened(page, TABLES[0])
  await page.mouse.move(700, 500)
  for (let turn = 0; turn < WHEEL_TURNS; turn += 1) {
    await page.mouse.wheel(0, WHEEL_PIXELS)
    await page.waitForTimeout(KEY_PAUSE_MS)
  }
  await page.waitForLoadState('networkidle')
  found.push({ what: 'rows in the document after scrolling far', value: await page.locator('tbody .row').count(), unit: '' })
}

/** Milliseconds from the last click or key, or else from the start of the page, to the frame in which `holds` gives a time. */
async function since(page, holds, argument) {
  await page.evaluate(() => { window.begun = undefined })
  const at = await (await page.waitForFunction(holds, argument, { polling: 'raf' })).jsonValue()
  return at - await page.evaluate(() => window.begun ?? 0)
}

async function repeated(act) {
  const took = []
  for (let time = 0; time < TIMES; time += 1) took.push(await act())
  return median(took)
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
}

function tell(words, milliseconds) {
  found.push({ what: words, value: milliseconds, unit: 'ms' })
}

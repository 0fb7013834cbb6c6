import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, request, type APIRequestContext, type Page } from '@playwright/test'
import { startLab, type Lab } from './server'

interface ForAll {
  lab: Lab
  /** Requests as the administrator. */
  api: APIRequestContext
}

export interface NewItem {
  type: string
  item_id?: string
  [field: string]: unknown
}

/** A test that finds itself signed in as the administrator of a running lab, which the tests of one worker share. */
export const test = base.extend<{ addItems: (...items: NewItem[]) => Promise<string[]> }, ForAll>({
  lab: [async ({}, use) => {
    const lab = await startLab()
    await use(lab)
    await lab.stop()
  }, { scope: 'worker' }],

  api: [async ({ lab }, use) => {
    const api = await request.newContext({ baseURL: lab.url, extraHTTPHeaders: { 'X-Requested-With': 'datalab' } })
    await api.get(lab.firstRunLink, { maxRedirects: 0 })
    await api.patch('/v1/me', { data: { display_name: 'Maya Lindqvist' } })
    await use(api)
    await api.dispose()
  }, { scope: 'worker' }],

  baseURL: ({ lab }, use) => use(lab.url),
  storageState: async ({ api }, use) => use(await api.storageState()),

  /** Makes items past the page, and gives their refcodes. */
  addItems: async ({ api }, use) => {
    await use(async (...items) => {
      const answer = await api.post('/v1/items/batch', { data: { items } })
      const { items: made } = await answer.json() as { items: { item: { refcode: string } | null, problem: unknown }[] }
      return made.map(({ item, problem }) => {
        if (!item) throw new Error(`Not made: ${JSON.stringify(problem)}`)
        return item.refcode
      })
    })
  },
})

export { expect }

/** Nothing that keeps people out: no serious or critical finding of axe. */
export async function expectAccessible(page: Page): Promise<void> {
  // What is still appearing has not its contrast yet.
  await page.evaluate(() => Promise.allSettled(document.getAnimations()
    .filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime)).map((one) => one.finished)))
  const { violations } = await new AxeBuilder({ page }).analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const words = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n    ')}`)
  expect(words, words.join('\n')).toEqual([])
}

/** Keeps a picture of the page for people to look at, under `e2e/results/pictures`. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `e2e/results/pictures/${name}.png` })
}

/** Pastes text where the keyboard is, as from a spreadsheet. */
export async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', pasted)
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, text)
}

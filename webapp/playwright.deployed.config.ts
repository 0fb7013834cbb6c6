import base from './playwright.config'

/**
 * One journey through a lab that is deployed already, page and API under two origins; `pydatalab/tests/browsing.py` says where.
 * Names may lead elsewhere (`DATALAB_NAMES`, as Chromium's host rules), and certificates need no known authority.
 */
export default {
  ...base,
  testMatch: '*.deployed.ts',
  outputDir: process.env.DATALAB_RESULTS,
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  use: {
    ...base.use,
    ignoreHTTPSErrors: true,
    launchOptions: {
      ...base.use?.launchOptions,
      args: ['--no-sandbox', ...(process.env.DATALAB_NAMES ? [`--host-resolver-rules=${process.env.DATALAB_NAMES}`] : [])],
    },
  },
}

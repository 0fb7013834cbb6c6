import { defineConfig } from '@playwright/test'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Whole journeys in a real browser, against a real server that each run starts for itself. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.e2e.ts',
  outputDir: 'e2e/results',
  fullyParallel: false,
  // Each has a lab of its own.
  workers: 2,
  retries: process.env.CI ? 2 : 0,
  forbidOnly: !!process.env.CI,
  timeout: process.env.CI ? 60_000 : 30_000,
  expect: { timeout: 7_000 },
  reporter: [['list']],
  use: {
    viewport: { width: 1440, height: 900 },
    // What a journey stands in for on the network would pass by a worker; those about it let it in.
    serviceWorkers: 'block',
    launchOptions: { executablePath: CHROMIUM, args: ['--no-sandbox'] },
    trace: 'retain-on-failure',
  },
})

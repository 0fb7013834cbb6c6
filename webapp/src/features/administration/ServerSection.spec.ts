import { VueQueryPlugin } from '@tanstack/vue-query'
import { render, screen, within } from '@testing-library/vue'
import { beforeEach, expect, it, vi } from 'vitest'
import { getServer } from '@/api/administration'
import { Problem } from '@/api/problem'
import type { ServerNow } from '@/api/types'
import ServerSection from './ServerSection.vue'

vi.mock('@/api/administration')

const SERVER: ServerNow = {
  version: '1.2.3', measured_at: '2026-11-23T02:00:00+00:00', started_at: '2026-11-22T01:00:00+00:00', uptime_seconds: 90_000,
  processes: 4,
  machine: { cores: 8, load: [2, 2, 2], memory_total: 32e9, memory_available: 24e9, memory_of_server: 4e8 },
  requests: {
    number: 12_345, failed: 2, refused: 40, in_flight: 1, seconds: 1_000, upload_bytes: 5e9,
    slowest: [{ method: 'GET', route: '/v1/items/{refcode}', number: 9, failed: 2, mean_seconds: 0.5, slow_seconds: 1 }],
  },
  workers: {
    reachable: true, workers: 8, busy: 6, waiting: 11, done: 70, timeouts: 1, crashes: 0, memory: 9e8,
    cache_hits: 30, cache_misses: 10,
  },
  jobs: { waiting: 0, running: 1, done: 7, failed: 0, cancelled: 0 },
  database: { engine: 'MongoDB', reachable: true, milliseconds: 1.2 },
  storage: { files: { free: 5e11, total: 1e12 }, files_reachable: true, data: { free: 1e11, total: 2e11 } },
}

const show = () => render(ServerSection, { global: { plugins: [VueQueryPlugin], stubs: { RouterLink: true } } })

beforeEach(() => { vi.resetAllMocks() })

it('shows load, workers, jobs, database and storage', async () => {
  vi.mocked(getServer).mockResolvedValue(SERVER)
  show()
  expect(await screen.findByRole('status')).toHaveTextContent('All is well')
  expect(screen.getByText(/datalab 1\.2\.3/)).toHaveTextContent('up for 1 day 1 h · 4 processes')
  expect(screen.getByRole('region', { name: 'Workers' })).toHaveTextContent('Waiting files11')
  expect(screen.getByRole('region', { name: 'Workers' })).toHaveTextContent('Plots at hand75 %')
  const kept = within(screen.getByRole('region', { name: 'Database and storage' }))
  expect(kept.getByText('MongoDB')).toBeVisible()
  expect(kept.getByText('500 GB of 1.0 TB free')).toBeVisible()
  expect(kept.getByText('100 GB of 200 GB free')).toBeVisible()
  expect(screen.getByRole('row', { name: /GET \/v1\/items\/\{refcode\}/ })).toHaveTextContent('0.50 s')
})

it('says one disk once, and that files in S3 have no end', async () => {
  const data = SERVER.storage.data
  vi.mocked(getServer).mockResolvedValue({ ...SERVER, storage: { files: null, files_reachable: true, data } })
  show()
  expect(await screen.findByText('in S3')).toBeVisible()
  expect(screen.getAllByLabelText(/How full/)).toHaveLength(1)
})

it('says what went wrong, and nothing of how it may be', async () => {
  vi.mocked(getServer).mockRejectedValue(new Problem(503, { title: 'Not available', detail: 'The database is away.' }))
  render(ServerSection, {
    global: {
      plugins: [[VueQueryPlugin, { queryClientConfig: { defaultOptions: { queries: { retry: false } } } }]],
      stubs: { RouterLink: true },
    },
  })
  expect(await screen.findByRole('alert')).toHaveTextContent('The server does not say how it is')
  expect(screen.queryByRole('status')).toBeNull()
})

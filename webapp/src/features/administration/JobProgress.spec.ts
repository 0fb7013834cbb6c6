import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { render, screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, it, vi } from 'vitest'
import { cancelJob, getJob } from '@/api/jobs'
import { Problem } from '@/api/problem'
import type { Job } from '@/api/types'
import JobProgress from './JobProgress.vue'

vi.mock('@/api/jobs')

const JOB: Job = {
  job_id: '1'.repeat(24), name: 'check-items', state: 'running', progress: { doing: 'Opening items', done: 1200, total: 4000 },
  cancel_asked: false, result: null, error: null, asked_by: null, asked_by_name: null, request_id: null, schedule: null,
  late_since: null, attempt: 1, due_at: null, created_at: null, started_at: null, ended_at: null,
}

beforeEach(() => { vi.resetAllMocks() })

function show(...answers: Partial<Job>[]) {
  const ended = vi.fn()
  for (const answer of answers) vi.mocked(getJob).mockResolvedValueOnce({ ...JOB, ...answer })
  render(JobProgress, {
    props: { jobId: JOB.job_id, onEnded: ended },
    slots: { default: '<template #default="{ result }">{{ result.summary }}</template>' },
    global: { plugins: [[VueQueryPlugin, { queryClient: new QueryClient({ defaultOptions: { queries: { retry: false } } }) }]] },
  })
  return ended
}

it('says how far a job is', async () => {
  show({})
  expect(await screen.findByText('Opening items: 1,200 of 4,000')).toBeVisible()
  expect(screen.getByRole('progressbar', { name: 'Check of all items' })).toHaveValue(0.3)
})

it('asks a job to stop, once', async () => {
  show({})
  vi.mocked(cancelJob).mockResolvedValue({ ...JOB, cancel_asked: true })
  await userEvent.click(await screen.findByRole('button', { name: 'Cancel' }))
  expect(cancelJob).toHaveBeenCalledWith(JOB.job_id)
  expect(await screen.findByRole('button', { name: 'Stopping …' })).toBeDisabled()
})

it('tells once that a job ended', async () => {
  const ended = show({ state: 'done', result: { summary: 'All is well.' } })
  expect(await screen.findByRole('status')).toHaveTextContent('All is well.')
  expect(ended).toHaveBeenCalledOnce()
})

it('says why a job failed', async () => {
  show({ state: 'failed', error: 'The disk is full.' })
  expect(await screen.findByRole('alert')).toHaveTextContent('Check of all items failed')
  expect(screen.getByRole('alert')).toHaveTextContent('The disk is full.')
})

it('says that a job is unknown', async () => {
  vi.mocked(getJob).mockRejectedValueOnce(new Problem(404, { title: 'There is no such job.' }))
  show()
  expect(await screen.findByRole('alert')).toHaveTextContent('Nothing is known of this work')
})

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { getBackupOverview, listBackups } from '@/api/backups'
import { Problem } from '@/api/problem'
import type { Job } from '@/api/types'
import { toast } from '@/ui/toasts'

const BUSY_MS = 2_000
const IDLE_MS = 30_000
const SHOWN = 200

/** How it stands with the backups: their strategies, and the runs of one or all; if asked, removed ones too. */
export function useBackups(strategy: MaybeRefOrGetter<string | undefined>, removed: MaybeRefOrGetter<boolean>) {
  const queries = useQueryClient()
  const { data: overview, error, refetch } = useQuery({
    queryKey: ['backups', 'strategies'],
    queryFn: ({ signal }) => getBackupOverview(signal),
    refetchInterval: ({ state: { data } }) => (data?.strategies.some((one) => one.job_id) ? BUSY_MS : IDLE_MS),
  })
  const { data: runs } = useQuery({
    queryKey: computed(() => ['backups', 'runs', toValue(strategy), toValue(removed)]),
    queryFn: ({ signal }) => {
      const one = toValue(strategy)
      return listBackups({ ...(one && { strategy: one }), removed: toValue(removed), limit: SHOWN }, signal)
    },
    refetchInterval: ({ state: { data } }) => (data?.items.some((run) => run.state === 'running') ? BUSY_MS : IDLE_MS),
  })
  const refresh = () => queries.invalidateQueries({ queryKey: ['backups'] })

  /** Asks the server to begin something; its job, unless it refuses. */
  async function begin(asking: () => Promise<Job>): Promise<Job | undefined> {
    try {
      const job = await asking()
      queries.setQueryData<Job>(['job', job.job_id], job)
      void refresh()
      return job
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      toast(problem.message, { kind: 'error' })
    }
  }

  return { overview, runs, error, refetch, refresh, begin }
}

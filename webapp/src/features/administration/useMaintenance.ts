import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { beginMaintenance, listJobs } from '@/api/jobs'
import { Problem } from '@/api/problem'
import type { Job, Maintenance, MaintenanceOptions } from '@/api/types'
import { toast } from '@/ui/toasts'
import { useJob } from './useJob'

/** What the server does to look after the lab: the last time it was done, and doing it again. */
export function useMaintenance(task: Maintenance) {
  const queries = useQueryClient()
  const queryKey = ['jobs', 'last', task]
  const { data: last, error } = useQuery({
    queryKey,
    queryFn: async ({ signal }) => (await listJobs({ name: task, limit: 1 }, signal)).items[0] ?? null,
  })
  const { job, isUnderWay, cancel } = useJob(() => last.value?.job_id)
  const busy = ref(false)

  async function begin(options: MaintenanceOptions = {}) {
    busy.value = true
    try {
      const begun = await beginMaintenance(task, options)
      queries.setQueryData<Job>(['job', begun.job_id], begun)
      queries.setQueryData<Job>(queryKey, begun)
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      toast(problem.message, { kind: 'error' })
    } finally {
      busy.value = false
    }
  }

  return { job, isLoaded: computed(() => last.value !== undefined), error, isUnderWay, busy, begin, cancel }
}

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue, watch } from 'vue'
import { cancelJob, getJob } from '@/api/jobs'
import { Problem } from '@/api/problem'
import type { Job } from '@/api/types'
import { toast } from '@/ui/toasts'
import { isUnderWay } from './jobs'

const LOOKED_EVERY_MS = 1_000

/**
 * A job of the server, watched until it ends.
 *
 * @param jobId - none: there is nothing to watch.
 * @param ended - called once when a watched job ends, or has ended already.
 */
export function useJob(jobId: MaybeRefOrGetter<string | undefined>, ended?: (job: Job) => void) {
  const queries = useQueryClient()
  const queryKey = computed(() => ['job', toValue(jobId)])
  const { data: job, error } = useQuery({
    queryKey,
    queryFn: ({ signal }) => getJob(toValue(jobId)!, signal),
    enabled: () => !!toValue(jobId),
    refetchInterval: ({ state }) => (state.data && !isUnderWay(state.data) ? false : LOOKED_EVERY_MS),
  })

  watch(() => job.value && !isUnderWay(job.value) && job.value.job_id, (id) => {
    if (!id) return
    void queries.invalidateQueries({ queryKey: ['jobs'] })
    ended?.(job.value!)
  }, { immediate: true })

  async function cancel() {
    try {
      queries.setQueryData(queryKey.value, await cancelJob(toValue(jobId)!))
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      toast(problem.message, { kind: 'error' })
    }
  }

  return { job, error, isUnderWay: computed(() => !!job.value && isUnderWay(job.value)), cancel }
}

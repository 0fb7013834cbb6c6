import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { listRemotes } from '@/api/remotes'

/** The remote folders that the server has; these change with its settings alone. */
export function useRemotes(wanted: () => boolean) {
  const { data } = useQuery({
    queryKey: ['remotes', 'names'],
    queryFn: ({ signal }) => listRemotes(signal),
    enabled: wanted,
    staleTime: Infinity,
  })
  return computed(() => data.value?.items ?? [])
}

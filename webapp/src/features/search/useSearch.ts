import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Problem } from '@/api/problem'
import { search } from '@/api/search'
import type { Found } from '@/api/types'
import { useDebounced } from '@/ui/useDebounced'

const TYPING_MS = 120

/** What a search for words finds, once the typing rests. */
export function useSearch(words: () => string, limit: number) {
  const settled = useDebounced(() => words().trim(), TYPING_MS)
  const query = useQuery<Found, Problem>({
    queryKey: ['items', 'search', settled, limit],
    queryFn: ({ signal }) => search(settled.value, limit, signal),
    enabled: computed(() => settled.value.length > 0),
    placeholderData: keepPreviousData,
  })
  const found = computed(() => (settled.value ? query.data.value : undefined))
  const none = computed(() => {
    const all = found.value
    return !!all && !query.isFetching.value && !all.items.length && !all.collections.length && !all.files.length
  })
  return { settled, found, none, problem: query.error, looking: query.isFetching, again: () => void query.refetch() }
}

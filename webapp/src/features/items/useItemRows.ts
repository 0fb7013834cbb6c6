import { keepPreviousData, useInfiniteQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { listItems, type ItemsQuery } from '@/api/items'
import type { Problem } from '@/api/problem'
import type { Page, Row } from '@/api/types'

const PAGE_ROWS = 100

/** The rows that answer a question, page after page; those of the last question stay until new ones come. */
export function useItemRows(query: () => ItemsQuery) {
  const pages = useInfiniteQuery<Page<Row>, Problem>({
    queryKey: computed(() => ['items', 'list', query()]),
    queryFn: ({ pageParam, signal }) =>
      listItems({ ...query(), limit: PAGE_ROWS, ...(pageParam ? { cursor: String(pageParam) } : {}) }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  })
  const rows = computed(() => pages.data.value?.pages.flatMap(({ items }) => items) ?? [])
  const first = computed(() => pages.data.value?.pages[0])

  /** How many there are, in words: exact to a thousand. */
  const total = computed(() => {
    const count = first.value?.total
    if (count == null) return ''
    const words = count.toLocaleString('en-GB')
    return first.value?.total_is_exact ? `${words} ${count === 1 ? 'item' : 'items'}` : `more than ${words} items`
  })

  function more() {
    if (pages.hasNextPage.value && !pages.isFetchingNextPage.value) void pages.fetchNextPage()
  }

  return {
    rows, total, more,
    problem: pages.error,
    again: () => void pages.refetch(),
    dimmed: computed(() => pages.isPlaceholderData.value),
    loading: computed(() => pages.isPending.value || pages.isFetchingNextPage.value),
  }
}

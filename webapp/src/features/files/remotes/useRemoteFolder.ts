import { keepPreviousData, useInfiniteQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Problem } from '@/api/problem'
import { browseRemote, type RemoteListing } from '@/api/remotes'

const PAGE = 200

/** A folder of a remote one: read when it is opened, page by page, and again when one asks for it. */
export function useRemoteFolder(remote: () => string, path: () => string, words: () => string, open: () => boolean) {
  let insists = false
  const query = useInfiniteQuery<RemoteListing, Problem>({
    queryKey: computed(() => ['remotes', 'entries', remote(), path(), words()]),
    queryFn: ({ pageParam, signal }) => browseRemote({
      remote: remote(), path: path(), words: words(), offset: pageParam as number, limit: PAGE,
      refresh: insists && pageParam === 0,
    }, signal),
    initialPageParam: 0,
    getNextPageParam: ({ total, entries }, pages) => {
      const seen = pages.reduce((sum, page) => sum + page.entries.length, 0)
      return entries.length && seen < total ? seen : undefined
    },
    enabled: open,
    placeholderData: keepPreviousData,
    retry: false,
  })

  /** Has the folder itself read now. */
  async function refresh() {
    insists = true
    await query.refetch()
    insists = false
  }

  const pages = computed(() => query.data.value?.pages ?? [])
  return {
    entries: computed(() => pages.value.flatMap(({ entries }) => entries)),
    listing: computed(() => pages.value[0]),
    problem: computed(() => (query.isFetching.value ? null : query.error.value)),
    loading: query.isFetching,
    more: computed(() => (pages.value[0]?.total ?? 0) - pages.value.reduce((sum, { entries }) => sum + entries.length, 0)),
    showMore: () => void query.fetchNextPage(),
    refresh,
  }
}

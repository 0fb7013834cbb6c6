import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { getItem } from '@/api/items'
import type { Problem } from '@/api/problem'
import type { Item } from '@/api/types'

const LOOK_AGAIN_MS = 15_000

/** An item as the server has it, looked at again now and then while the page is in sight. */
export function useItem(refcode: MaybeRefOrGetter<string>) {
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery<Item, Problem>({
    queryKey: computed(() => ['item', toValue(refcode)]),
    queryFn: async ({ signal, queryKey }) => {
      const fresh = await getItem(toValue(refcode), signal)
      return newest(fresh, queries.getQueryData<Item>(queryKey))
    },
    refetchInterval: LOOK_AGAIN_MS,
    refetchOnWindowFocus: true,
    networkMode: 'always',
  })
  return { item: data, error, again: refetch }
}

/** An answer that was under way while something was saved is old news. */
const newest = (fresh: Item, known: Item | undefined) => (known && known.edit > fresh.edit ? known : fresh)

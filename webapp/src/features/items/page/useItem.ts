import { useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { getItem } from '@/api/items'

const LOOK_AGAIN = 15_000

/** An item as the server has it, looked at again now and then while the page is in sight. */
export function useItem(refcode: MaybeRefOrGetter<string>) {
  const { data, error, refetch } = useQuery({
    queryKey: computed(() => ['item', toValue(refcode)]),
    queryFn: ({ signal }) => getItem(toValue(refcode), signal),
    refetchInterval: LOOK_AGAIN,
    refetchOnWindowFocus: true,
    retry: 1,
  })
  return { item: data, error, again: refetch }
}

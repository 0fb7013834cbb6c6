import { computed } from 'vue'
import { useRoute, useRouter, type LocationQuery } from 'vue-router'
import type { ItemsQuery } from '@/api/items'
import type { ItemType } from '@/api/types'

export const FIRST_SORT = '-last_modified'

/**
 * What a table of items is filtered and sorted by: it stands in the address, so that a link shows the same table.
 *
 * Choices can be gone back from; typing replaces the address, letter by letter.
 */
export function useItemFilters(types: () => readonly ItemType[], fixed: () => ItemsQuery = () => ({})) {
  const route = useRoute()
  const router = useRouter()

  function set(change: Record<string, string | string[] | undefined>, how: 'push' | 'replace' = 'push') {
    const query: LocationQuery = { ...route.query }
    for (const [key, value] of Object.entries(change)) {
      if (value?.length) query[key] = value
      else delete query[key]
    }
    void router[how]({ query, hash: route.hash })
  }

  const many = (key: string) => computed({ get: () => list(route.query[key]), set: (value) => set({ [key]: value }) })
  const one = (key: string, how?: 'replace') => computed({
    get: () => list(route.query[key])[0] ?? '',
    set: (value: string) => set({ [key]: value || undefined }, how),
  })

  const [type, status, creator, collection] = [many('type'), many('status'), many('creator'), many('collection')]
  const [from, to, q] = [one('from'), one('to'), one('q', 'replace')]
  const sort = computed({
    get: () => list(route.query.sort)[0] ?? FIRST_SORT,
    set: (value: string | undefined) => set({ sort: value === FIRST_SORT ? undefined : value }),
  })

  const query = computed<ItemsQuery>(() => ({
    type: type.value.length ? (type.value as ItemType[]) : [...types()],
    status: status.value, creator: creator.value, collection: collection.value,
    date_from: from.value, date_to: to.value, q: q.value, sort: sort.value, ...fixed(),
  }))
  const filtered = computed(() => [type, status, creator, collection].some(({ value }) => value.length)
    || !!(from.value || to.value || q.value))

  function clear() {
    set({ type: [], status: [], creator: [], collection: [], from: undefined, to: undefined, q: undefined })
  }

  function clearDates() {
    set({ from: undefined, to: undefined })
  }

  return { clearDates, type, status, creator, collection, from, to, q, sort, query, filtered, clear }
}

export type ItemFilters = ReturnType<typeof useItemFilters>

function list(value: LocationQuery[string] | undefined): string[] {
  return [value ?? []].flat().filter((one): one is string => !!one)
}

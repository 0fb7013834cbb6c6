import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router'
import { getGraph, getItemGraph } from '@/api/items'
import type { Problem } from '@/api/problem'
import type { Graph, ItemType } from '@/api/types'

const DEPTH = 2

/** What the graph's page shows, as its address says: around an item, a collection, or the whole lab, of some types. */
export function useGraph() {
  const route = useRoute()
  const router = useRouter()
  const one = (name: string) => computed(() => (typeof route.query[name] === 'string' ? route.query[name] : undefined))

  const item = one('item')
  const collection = one('collection')
  const chosen = one('chosen')
  const depth = computed(() => Number(route.query.depth) || DEPTH)
  const types = computed(() => [route.query.type ?? []].flat().filter(Boolean) as ItemType[])

  const found = useQuery<Graph, Problem>({
    queryKey: computed(() => ['relationships', 'graph', item.value, depth.value, collection.value, types.value]),
    queryFn: ({ signal }) => (item.value
      ? getItemGraph(item.value, depth.value, signal)
      : getGraph({ ...(collection.value && { collection: collection.value }), type: types.value }, signal)),
    placeholderData: keepPreviousData,
  })

  /** Changes the address; `undefined` takes a part of it away. Choosing is no step to go back to. */
  function show(change: LocationQueryRaw, { step = true } = {}) {
    const to = { query: { ...route.query, ...change } }
    void (step ? router.push(to) : router.replace(to))
  }

  return { item, collection, chosen, depth, types, found, show }
}

import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { listCollections } from '@/api/collections'
import { findPeople } from '@/api/people'
import type { ItemType } from '@/api/types'
import { useInfo } from '@/features/people'
import { useDebounced } from '@/ui/useDebounced'
import { statusWords } from './itemTypes'

/** What the filters of a table offer; people and collections are looked up once a filter is opened. */
export function useFacets(types: () => readonly ItemType[]) {
  const { data: info } = useInfo()
  const statuses = computed(() => {
    const all = types().flatMap((type) => info.value?.item_types[type]?.statuses ?? [])
    return [...new Set(all)].map((value) => ({ value, label: statusWords(value) }))
  })
  return { statuses, people: usePeople(), collections: useCollections() }
}

function usePeople() {
  return useLookUp('people', async (q, signal) => {
    const { items } = await findPeople(q, signal)
    return items.map(({ immutable_id, display_name }) => ({ value: immutable_id, label: display_name ?? 'No name' }))
  })
}

function useCollections() {
  return useLookUp('collections', async (q, signal) => {
    const { items } = await listCollections({ q }, signal)
    return items.map(({ collection_id, title }) => ({ value: collection_id, label: title || collection_id }))
  })
}

interface Choice {
  value: string
  label: string
}

function useLookUp(name: string, find: (q: string, signal: AbortSignal) => Promise<Choice[]>) {
  const query = ref('')
  const wanted = ref(false)
  const settled = useDebounced(() => query.value)
  const found = useQuery({
    queryKey: ['choices', name, settled],
    queryFn: ({ signal }) => find(settled.value, signal),
    enabled: wanted,
    placeholderData: keepPreviousData,
  })
  return { query, wanted, choices: computed(() => found.data.value ?? []), loading: found.isFetching }
}

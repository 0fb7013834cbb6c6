import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { changeCollection, getCollection, type CollectionChange } from '@/api/collections'
import { Problem } from '@/api/problem'
import type { Collection } from '@/api/types'

/** One collection, and the saving of what is typed about it, always against the edit that was shown. */
export function useCollection(id: () => string) {
  const queries = useQueryClient()
  const key = computed(() => ['collections', 'one', id()])
  const { data: collection, error, refetch } = useQuery<Collection, Problem>({
    queryKey: key, queryFn: ({ signal }) => getCollection(id(), signal),
  })
  const state = ref<'saved' | 'saving'>('saved')
  const refused = ref<Problem>()

  /** @returns whether it is saved now. */
  async function save(change: CollectionChange): Promise<boolean> {
    if (!collection.value) return false
    state.value = 'saving'
    refused.value = undefined
    try {
      queries.setQueryData(key.value, await changeCollection(id(), change, collection.value.edit))
      void queries.invalidateQueries({ queryKey: ['collections', 'list'] })
      return true
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      refused.value = problem
      return false
    } finally {
      state.value = 'saved'
    }
  }

  return { collection, error, again: () => void refetch(), save, state, refused }
}

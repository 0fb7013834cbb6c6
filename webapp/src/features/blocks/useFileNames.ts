import { useQueries } from '@tanstack/vue-query'
import { computed } from 'vue'
import { getFile } from '@/api/files'
import type { Item } from '@/api/types'

/** The names of an item's files and of those of other items that a block shows, by id. */
export function useFileNames(item: () => Item, fileIds: () => string[]) {
  const here = computed(() => Object.fromEntries(item().files.map(({ file_id, name }) => [file_id, name])))
  const elsewhere = computed(() => fileIds().filter((id) => !(id in here.value)))
  const foreign = useQueries({
    queries: computed(() => elsewhere.value.map((id) => ({
      queryKey: ['file', id],
      queryFn: ({ signal }: { signal: AbortSignal }) => getFile(id, signal),
      staleTime: Infinity,
    }))),
  })
  return computed(() => ({
    ...here.value,
    ...Object.fromEntries(foreign.value.flatMap(({ data }) => (data ? [[data.file_id, data.name]] : []))),
  }))
}

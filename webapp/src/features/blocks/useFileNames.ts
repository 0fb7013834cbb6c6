import { useQueries } from '@tanstack/vue-query'
import { computed } from 'vue'
import { getFile } from '@/api/files'
import { Problem } from '@/api/problem'
import type { Item } from '@/api/types'

const GONE = 404

/** The names of an item's files and of those of other items that a block shows, by id; and which it shows no more. */
export function useFileNames(item: () => Item, fileIds: () => string[]) {
  const here = computed(() => Object.fromEntries(item().files.map(({ file_id, name }) => [file_id, name])))
  const elsewhere = computed(() => fileIds().filter((id) => !(id in here.value)))
  const foreign = useQueries({
    queries: computed(() => elsewhere.value.map((id) => ({
      queryKey: ['file', id],
      queryFn: ({ signal }: { signal: AbortSignal }) => getFile(id, signal),
    }))),
  })
  const names = computed<Record<string, string>>(() => ({
    ...here.value,
    ...Object.fromEntries(foreign.value.flatMap(({ data }) => (data ? [[data.file_id, data.name]] : []))),
  }))
  /** Detached, or hidden from the one who looks. */
  const gone = computed(() => elsewhere.value.filter((_, at) => {
    const error = foreign.value[at]?.error
    return error instanceof Problem && error.status === GONE
  }))
  return { names, gone }
}

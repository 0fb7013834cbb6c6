import { useQueryClient } from '@tanstack/vue-query'
import { watch } from 'vue'
import type { FileRecord } from '@/api/types'

/** Has figures drawn anew when a file of the item has other bytes than before. */
export function useFreshFigures(files: () => FileRecord[]) {
  const queries = useQueryClient()
  const hashes = () => new Map(files().map(({ file_id, checksums }) => [file_id, checksums?.sha256]))
  watch(hashes, (now, before) => {
    const changed = [...now].some(([id, hash]) => before.has(id) && before.get(id) !== hash)
    if (changed) void queries.invalidateQueries({ queryKey: ['figure'] })
  })
}

import { computed } from 'vue'
import { useMe } from '@/features/people'
import { kept } from '@/ui/kept'
import type { Column } from '@/ui/table'
import { isShownFirst } from './columns'

/** The columns that this person chose for a table. */
export function useColumns(table: string, all: Column[]) {
  const { data: me } = useMe()
  const first = all.filter(isShownFirst).map(({ id }) => id)
  const shown = kept(() => `columns:${table}:${me.value?.immutable_id ?? ''}`, first)
  const compact = kept(() => `compact:${me.value?.immutable_id ?? ''}`, false)
  const columns = computed(() => all.filter(({ id, fixed }) => fixed || shown.value.includes(id)))

  function reset() {
    shown.value = first
    compact.value = false
  }

  return { columns, shown, compact, reset }
}

import { ref, watch } from 'vue'
import { getItem } from '@/api/items'
import type { Item, Row } from '@/api/types'

type Source = Pick<Row | Item, 'refcode' | 'item_id' | 'type'>

/** The item that a new one is copied from, if any. */
export function useSource(refcode: () => string | undefined) {
  const source = ref<Source>()

  watch(refcode, async (wanted) => {
    source.value = wanted ? await getItem(wanted) : undefined
  }, { immediate: true })

  function choose(item: Source | undefined) {
    source.value = item
  }

  return { source, choose }
}

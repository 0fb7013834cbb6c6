import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { getInventoryMarks } from '@/api/inventory'
import type { InventoryMark, Row } from '@/api/types'

const AT_ONCE = 200

/** Which rows are of containers that their inventory has no more, by refcode. */
export function useInventoryMarks(rows: MaybeRefOrGetter<Row[]>) {
  const refcodes = computed(() =>
    toValue(rows).filter(({ type }) => type === 'starting_materials').map(({ refcode }) => refcode))
  const { data } = useQuery({
    queryKey: computed(() => ['inventory', 'marks', refcodes.value]),
    queryFn: async ({ signal }) => {
      const found: InventoryMark[] = []
      for (let start = 0; start < refcodes.value.length; start += AT_ONCE) {
        found.push(...(await getInventoryMarks(refcodes.value.slice(start, start + AT_ONCE), signal)).items)
      }
      return new Map(found.map((mark) => [mark.refcode, mark]))
    },
    enabled: () => refcodes.value.length > 0,
    placeholderData: keepPreviousData,
  })
  return computed(() => data.value ?? new Map<string, InventoryMark>())
}

import { useQueryClient } from '@tanstack/vue-query'
import { computed, ref, watch } from 'vue'
import { addItem } from '@/api/items'
import { Problem } from '@/api/problem'
import type { Item, ItemType, NewItem } from '@/api/types'
import { kept } from '@/ui/kept'

interface Draft {
  item_id: string
  name: string
  formula: string
}

const BLANK: Draft = { item_id: '', name: '', formula: '' }

/** Which field holds the formula of a type. */
const FORMULA_FIELD: Partial<Record<ItemType, string>> = {
  samples: 'chemform', starting_materials: 'chemform', cells: 'characteristic_chemical_formula',
}

/** A draft of an item to be made; this browser keeps it until the item is there. */
export function useNewItem(type: () => ItemType) {
  const queries = useQueryClient()
  const draft = kept<Draft>('draft:new-item', { ...BLANK })
  const problem = ref<Problem>()
  const busy = ref(false)
  const formulaField = computed(() => FORMULA_FIELD[type()])
  watch(draft, () => { problem.value = undefined }, { deep: true })

  const given = (): NewItem => ({
    type: type(),
    ...(draft.value.item_id.trim() && { item_id: draft.value.item_id.trim() }),
    ...(draft.value.name.trim() && { name: draft.value.name.trim() }),
    ...(formulaField.value && draft.value.formula.trim() && { [formulaField.value]: draft.value.formula.trim() }),
  })

  /** @returns the item, or nothing when the server refused; the draft is kept then. */
  async function make(more: Pick<NewItem, 'copy_from' | 'collections'>): Promise<Item | undefined> {
    busy.value = true
    try {
      const item = await addItem({ ...given(), ...more })
      draft.value = { ...BLANK }
      void queries.invalidateQueries({ queryKey: ['items'] })
      return item
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problem.value = error
    } finally {
      busy.value = false
    }
  }

  return { draft, problem, busy, formulaField, make }
}

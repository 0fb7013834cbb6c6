import { computed, ref, type Ref } from 'vue'
import { between } from './table'

/** Which rows are chosen: one by one, or from the last one to here with Shift. */
export function useRowSelection(selected: Ref<string[]>, keys: () => string[]) {
  const anchor = ref<string>()
  const chosen = computed(() => new Set(selected.value))
  const all = computed(() => keys().length > 0 && keys().every((key) => chosen.value.has(key)))
  const some = computed(() => !all.value && chosen.value.size > 0)

  function toggle(key: string, extend = false) {
    const on = !chosen.value.has(key)
    const range = extend && anchor.value ? between(keys(), anchor.value, key) : [key]
    const next = new Set(chosen.value)
    for (const one of range) {
      if (on || extend) next.add(one)
      else next.delete(one)
    }
    selected.value = [...next]
    anchor.value = key
  }

  function toggleAll() {
    selected.value = all.value ? [] : [...keys()]
  }

  return { chosen, all, some, toggle, toggleAll }
}

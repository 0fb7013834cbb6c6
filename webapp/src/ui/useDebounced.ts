import { onScopeDispose, readonly, ref, watch, type Ref } from 'vue'

/** Follows a value once it has been still for a moment [ms]. */
export function useDebounced<T>(source: () => T, wait = 150): Readonly<Ref<T>> {
  const settled = ref(source()) as Ref<T>
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(source, (now) => {
    clearTimeout(timer)
    timer = setTimeout(() => { settled.value = now }, wait)
  })
  onScopeDispose(() => clearTimeout(timer))
  return readonly(settled) as Readonly<Ref<T>>
}

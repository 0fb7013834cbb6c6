import { ref, toValue, watch, type MaybeRefOrGetter, type Ref } from 'vue'

/**
 * A value that this browser keeps from one visit to the next; `initial` where nothing was kept under `key`.
 *
 * `null` keeps nothing. While the key is not known yet nothing is kept; what was given meanwhile is kept once it is.
 */
export function kept<T>(key: MaybeRefOrGetter<string | undefined>, initial: T): Ref<T> {
  const value = ref(read(toValue(key)) ?? initial) as Ref<T>
  watch(value, (now) => write(toValue(key), now), { deep: true })
  watch(() => toValue(key), (now, before) => {
    if (before === undefined && value.value !== initial) write(now, value.value)
    else value.value = read(now) ?? initial
  })
  return value

  function read(name: string | undefined): T | undefined {
    try {
      const raw = name === undefined ? null : localStorage.getItem(`datalab:${name}`)
      return raw === null ? undefined : (JSON.parse(raw) as T)
    } catch {
      return undefined
    }
  }
}

function write(key: string | undefined, value: unknown): void {
  if (key === undefined) return
  try {
    if (value === null) localStorage.removeItem(`datalab:${key}`)
    else localStorage.setItem(`datalab:${key}`, JSON.stringify(value))
  } catch {
    // A full or forbidden storage costs the memory of a preference, nothing else.
  }
}

import { ref, toValue, watch, type MaybeRefOrGetter, type Ref } from 'vue'

/** A value that this browser keeps from one visit to the next; `initial` where nothing was kept under `key`. */
export function kept<T>(key: MaybeRefOrGetter<string>, initial: T): Ref<T> {
  const value = ref(read(toValue(key)) ?? initial) as Ref<T>
  watch(value, (now) => write(toValue(key), now), { deep: true })
  watch(() => toValue(key), (now) => { value.value = read(now) ?? initial })
  return value

  function read(name: string): T | undefined {
    try {
      const raw = localStorage.getItem(`datalab:${name}`)
      return raw === null ? undefined : (JSON.parse(raw) as T)
    } catch {
      return undefined
    }
  }
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(`datalab:${key}`, JSON.stringify(value))
  } catch {
    // A full or forbidden storage costs the memory of a preference, nothing else.
  }
}

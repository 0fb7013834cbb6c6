import { useQueryClient } from '@tanstack/vue-query'
import { onBeforeUnmount, onMounted, ref } from 'vue'
import { isReady, onUnreachable } from '@/api/client'

const AGAIN_MS = 5_000

/** Whether the server or its database is away. It is asked now and then until it is back; then all that is shown is read anew. */
export function useAway() {
  const queries = useQueryClient()
  const isAway = ref(false)
  let asking: ReturnType<typeof setTimeout> | undefined

  /** One request may fail while the server is well: it is asked by itself before anything is said. */
  async function look() {
    clearTimeout(asking)
    const isBack = await isReady()
    if (isBack && isAway.value) void queries.invalidateQueries()
    isAway.value = !isBack
    clearTimeout(asking)
    if (!isBack) asking = setTimeout(() => void look(), AGAIN_MS)
  }

  const lookNow = () => void look()
  onUnreachable(() => { if (!isAway.value) lookNow() })
  onMounted(() => {
    window.addEventListener('online', lookNow)
    window.addEventListener('offline', lookNow)
    if (!navigator.onLine) lookNow()
  })
  onBeforeUnmount(() => {
    clearTimeout(asking)
    onUnreachable(() => {})
    window.removeEventListener('online', lookNow)
    window.removeEventListener('offline', lookNow)
  })
  return isAway
}

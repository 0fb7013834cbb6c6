import { onBeforeUnmount, onMounted } from 'vue'
import { useRouter } from 'vue-router'
import { isBusy } from '@/ui/useShortcut'
import { PLACES } from './places'

const PATIENCE_MS = 900

/** `G` and then a letter goes to a place of the rail. */
export function useJumps(): void {
  const router = useRouter()
  let since = -Infinity

  function onKey(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return
    const place = event.timeStamp - since < PATIENCE_MS ? PLACES.find(({ key }) => key === event.key) : undefined
    since = event.key === 'g' && !place ? event.timeStamp : -Infinity
    if (!place) return
    event.preventDefault()
    event.stopImmediatePropagation()
    void router.push({ name: place.name })
  }

  onMounted(() => document.addEventListener('keydown', onKey, { capture: true }))
  onBeforeUnmount(() => document.removeEventListener('keydown', onKey, { capture: true }))
}

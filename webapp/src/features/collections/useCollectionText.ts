import { computed } from 'vue'
import type { Collection } from '@/api/types'
import { kept } from '@/ui/kept'

/** What a collection is described by; this browser keeps what was typed until `save` has succeeded. */
export function useCollectionText(
  collection: () => Collection | undefined, save: (description: string | null) => Promise<boolean>,
) {
  const typed = kept<string | null>(() => `draft:collection-text:${collection()?.collection_id}`, null)
  const stored = computed(() => collection()?.description ?? '')
  const text = computed({ get: () => typed.value ?? stored.value, set: (now) => { typed.value = now } })

  /** Saves what was typed; what is typed meanwhile waits for the next time. */
  async function settle(): Promise<void> {
    const sent = typed.value
    if (sent === null) return
    if ((sent === stored.value || await save(sent || null)) && typed.value === sent) typed.value = null
  }

  return { text, settle }
}

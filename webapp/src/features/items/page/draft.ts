import { shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import type { Item } from '@/api/types'
import type { Changes } from './merge'

/** What was typed and is not saved yet, with the item that it was typed on. */
export interface Draft {
  item: Item
  changes: Changes
}

const keyOf = (refcode: string) => `datalab:draft:item:${refcode}`

/** The draft of an item that this browser keeps, if any. */
export function readDraft(refcode: string): Draft | undefined {
  try {
    const raw = localStorage.getItem(keyOf(refcode))
    return raw ? (JSON.parse(raw) as Draft) : undefined
  } catch {
    return undefined
  }
}

/** @returns whether the draft is kept now; a full or forbidden storage keeps nothing. */
export function keepDraft(refcode: string, draft: Draft | undefined): boolean {
  try {
    if (draft) localStorage.setItem(keyOf(refcode), JSON.stringify(draft))
    else localStorage.removeItem(keyOf(refcode))
    return true
  } catch {
    return false
  }
}

/**
 * The draft of an item: written to this browser with each key, so that it is there again when the tab was closed.
 *
 * `isKept` is false when the browser cannot keep it; then leaving the page would lose it.
 */
export function useDraft(refcode: MaybeRefOrGetter<string>) {
  const draft = shallowRef<Draft>()
  const isKept = shallowRef(true)

  watch(() => toValue(refcode), (now) => { draft.value = now ? readDraft(now) : undefined }, { immediate: true })

  function put(next: Draft | undefined) {
    draft.value = next && Object.keys(next.changes).length ? next : undefined
    isKept.value = keepDraft(toValue(refcode), draft.value)
  }

  return { draft, isKept, put }
}

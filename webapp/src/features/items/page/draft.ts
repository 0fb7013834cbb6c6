import { shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import type { Item } from '@/api/types'
import type { Changes } from './merge'

/** What was typed and is not saved yet, with the item that it was typed on. */
export interface Draft {
  item: Item
  changes: Changes
}

const prefixOf = (who: string) => `datalab:draft:${who}:`
const keyOf = (refcode: string, who: string) => prefixOf(who) + refcode

/** All drafts that this browser keeps for somebody. */
export function draftsOf(who: string): Draft[] {
  const prefix = prefixOf(who)
  try {
    const refcodes = Object.keys(localStorage).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []))
    return refcodes.flatMap((refcode) => readDraft(refcode, who) ?? [])
  } catch {
    return []
  }
}

/** The draft of an item that this browser keeps for somebody, if any. */
export function readDraft(refcode: string, who: string): Draft | undefined {
  try {
    const raw = localStorage.getItem(keyOf(refcode, who))
    return raw ? (JSON.parse(raw) as Draft) : undefined
  } catch {
    return undefined
  }
}

/** @returns whether the draft is kept now; a full or forbidden storage keeps nothing. */
export function keepDraft(refcode: string, who: string, draft: Draft | undefined): boolean {
  try {
    if (draft) localStorage.setItem(keyOf(refcode, who), JSON.stringify(draft))
    else localStorage.removeItem(keyOf(refcode, who))
    return true
  } catch {
    return false
  }
}

/**
 * The draft of an item: written to this browser with each key, so that it is there again when the tab was closed.
 *
 * It belongs to the one who typed it: on a computer that many use, nobody sends what another has typed. `isKept` is false
 * when the browser cannot keep it; then leaving the page would lose it.
 */
export function useDraft(refcode: MaybeRefOrGetter<string>, who: MaybeRefOrGetter<string | undefined>) {
  const draft = shallowRef<Draft>()
  const isKept = shallowRef(true)

  watch([() => toValue(refcode), () => toValue(who)], ([item, person], [itemBefore, personBefore]) => {
    const typedMeanwhile = item === itemBefore && !personBefore ? draft.value : undefined
    if (typedMeanwhile) put(typedMeanwhile)
    else draft.value = person ? readDraft(item, person) : undefined
  }, { immediate: true })

  function put(next: Draft | undefined) {
    draft.value = next && Object.keys(next.changes).length ? next : undefined
    const person = toValue(who)
    isKept.value = !!person && keepDraft(toValue(refcode), person, draft.value)
  }

  return { draft, isKept, put }
}

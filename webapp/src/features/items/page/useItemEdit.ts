import { useQueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose, readonly, ref, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { changeItem } from '@/api/items'
import { Problem } from '@/api/problem'
import type { Item } from '@/api/types'
import { useDraft } from './draft'
import { changed, compared, given, remaining, unfinished, withChanges, type Changes } from './merge'

const PAUSE_MS = 800
const AGAIN_MS = 5_000
const MOST_ROUNDS = 5
/** The server refuses what it cannot store; anything else is worth another try. */
const FOR_GOOD = new Set([400, 403, 404, 413, 422])

export type SavingState = 'saved' | 'typing' | 'saving' | 'offline' | 'conflict' | 'refused'

/**
 * An item as one edits it: saved a moment after one stops typing, and kept in this browser until then.
 *
 * Each change remembers what its field was when typing began. What only others changed is taken over; what only I changed
 * is sent on the newest edit; what both changed waits in `clashes` until somebody settles it, and is never sent before.
 */
export function useItemEdit(
  item: MaybeRefOrGetter<Item | undefined>, refcode: MaybeRefOrGetter<string>, who: MaybeRefOrGetter<string | undefined>,
) {
  const queries = useQueryClient()
  const { draft, isKept, put } = useDraft(refcode, who)
  const problems = shallowRef<Record<string, string>>({})
  const problem = shallowRef<Problem>()
  const isSending = ref(false)
  const isReachable = ref(true)
  const savedAt = ref<Date>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let sending: Promise<void> | undefined

  /** The newest state that is known: the server's, or the one that the draft was typed on while there is no server. */
  const base = computed(() => toValue(item) ?? draft.value?.item)
  const changes = computed<Changes>(() => draft.value?.changes ?? {})
  const shown = computed(() => base.value && withChanges(base.value, changes.value))
  const outcome = computed(() => (base.value ? compared(changes.value, base.value) : { open: {}, clashes: [] }))
  const clashes = computed(() => outcome.value.clashes)
  const dirty = computed(() => Object.keys(changes.value).length > 0)
  const sendable = computed(() =>
    Object.fromEntries(Object.entries(outcome.value.open).filter(([field]) => !(field in problems.value))))

  const state = computed<SavingState>(() => {
    if (clashes.value.length) return 'conflict'
    if (!dirty.value) return 'saved'
    if (problem.value && !Object.keys(sendable.value).length) return 'refused'
    if (!isReachable.value) return 'offline'
    return isSending.value ? 'saving' : 'typing'
  })

  /** What an earlier visit left unsaved is sent at once. */
  watch([() => toValue(refcode), () => toValue(who)], () => {
    problems.value = {}
    problem.value = undefined
    later(0)
  }, { immediate: true })
  /** What others saved may have settled a field, or opened one. */
  watch(() => toValue(item)?.edit, () => {
    const fresh = toValue(item)
    if (!fresh || !draft.value) return
    put({ item: fresh, changes: unfinished(changes.value, fresh) })
    later(PAUSE_MS)
  }, { immediate: true })

  function set(field: string, value: unknown) {
    if (!base.value) return
    put({ item: base.value, changes: changed(changes.value, field, value, base.value) })
    forget(field)
    later(PAUSE_MS)
  }

  function forget(field: string) {
    problems.value = Object.fromEntries(Object.entries(problems.value).filter(([name]) => name !== field))
    problem.value = undefined
  }

  function later(pause: number) {
    clearTimeout(timer)
    if (!Object.keys(sendable.value).length) return
    timer = setTimeout(() => void save(), pause)
  }

  /** Sends what may be sent; what is typed while it is under way goes with the next. */
  async function save(): Promise<void> {
    clearTimeout(timer)
    sending ??= send().finally(() => {
      sending = undefined
      isSending.value = false
    })
    await sending
    later(isReachable.value ? PAUSE_MS : AGAIN_MS)
  }

  async function send(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const sent = sendable.value
      if (!base.value || !Object.keys(sent).length) break
      isSending.value = true
      try {
        accept(await changeItem(base.value.refcode, sent, base.value.edit), sent)
        break
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        if (!goesOn(error, sent)) break
      }
    }
  }

  /** Learns from a refusal. @returns whether it is worth sending again at once. */
  function goesOn(error: Problem, sent: Record<string, unknown>): boolean {
    if (error.status === 409 && error.body.current) {
      isReachable.value = true
      take(error.body.current as Item)
      return true
    }
    isReachable.value = FOR_GOOD.has(error.status)
    return isReachable.value && refuse(error, sent)
  }

  /** Fields that were refused wait for a better value; the others go without them. */
  function refuse(error: Problem, sent: Record<string, unknown>): boolean {
    const named = Object.keys(sent).flatMap((field) => {
      const words = error.fields.find(({ loc }) => loc.includes(field))?.msg
      return words ? [[field, words] as const] : []
    })
    problem.value = error
    const blamed = named.length ? named : Object.keys(sent).map((field) => [field, error.message] as const)
    problems.value = { ...problems.value, ...Object.fromEntries(blamed) }
    return named.length > 0
  }

  function accept(saved: Item, sent: Record<string, unknown>) {
    isReachable.value = true
    const left = remaining(changes.value, sent, saved)
    take(saved, left)
    savedAt.value = new Date()
    void queries.invalidateQueries({ queryKey: ['items'] })
    if ('name' in sent || Object.values(sent).some(Array.isArray)) void queries.invalidateQueries({ queryKey: ['relationships'] })
  }

  function take(current: Item, left = changes.value) {
    put({ item: current, changes: unfinished(left, current) })
    queries.setQueryData(['item', toValue(refcode)], current)
  }

  /** Settles what both changed, by the value that each field is to have. */
  function settle(values: Record<string, unknown>) {
    const now = base.value
    if (!now) return
    const next = { ...changes.value }
    for (const [field, value] of Object.entries(values)) next[field] = { was: given(now, field), value }
    const { open } = compared(next, now)
    const left = Object.fromEntries(Object.entries(next).filter(([field]) => field in open || !(field in values)))
    put({ item: now, changes: left })
    later(0)
  }

  const online = () => later(0)
  const hiding = () => { if (document.hidden && dirty.value) void save() }
  const leaving = (event: BeforeUnloadEvent) => { if (dirty.value && !isKept.value) event.preventDefault() }
  window.addEventListener('online', online)
  window.addEventListener('beforeunload', leaving)
  document.addEventListener('visibilitychange', hiding)
  onScopeDispose(() => {
    window.removeEventListener('online', online)
    window.removeEventListener('beforeunload', leaving)
    document.removeEventListener('visibilitychange', hiding)
    clearTimeout(timer)
    if (dirty.value) void save()
  })

  return {
    shown, dirty, isKept, clashes, state, set, save, settle,
    /** Why fields were refused, by field. */
    problems: readonly(problems),
    problem: readonly(problem),
    savedAt: readonly(savedAt),
  }
}

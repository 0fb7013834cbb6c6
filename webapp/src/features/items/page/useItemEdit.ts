import { useQueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose, readonly, ref, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { changeItem } from '@/api/items'
import { Problem } from '@/api/problem'
import type { Item } from '@/api/types'
import { kept } from '@/ui/kept'
import { merged, same, type Changes, type Clash } from './merge'

const PAUSE = 800
const AGAIN = 5_000
/** The server refuses what it cannot store; anything else is worth another try. */
const FOR_GOOD = new Set([400, 403, 404, 413, 422])

interface Draft {
  /** The item as it was when typing began; what others save later is compared with it. */
  base: Item
  changes: Changes
}

export type SavingState = 'saved' | 'typing' | 'saving' | 'offline' | 'conflict' | 'refused'

/**
 * An item as one edits it: saved a moment after one stops typing, and kept in this browser until then.
 *
 * A draft belongs to the edit it was typed on. When somebody else saved meanwhile, what only they
 * changed is taken over, what only I changed is sent again, and what both changed waits in `clashes`.
 */
export function useItemEdit(item: MaybeRefOrGetter<Item | undefined>) {
  const queries = useQueryClient()
  const refcode = computed(() => toValue(item)?.refcode ?? '')
  const draft = kept<Draft | null>(() => `draft:item:${refcode.value}`, null)
  const clashes = shallowRef<Clash[]>([])
  const theirs = shallowRef<Item>()
  const problem = shallowRef<Problem>()
  const state = ref<SavingState>('saved')
  const savedAt = ref<Date>()
  let waiting: ReturnType<typeof setTimeout> | undefined
  let sending: Promise<void> | undefined

  const dirty = computed(() => !!draft.value && Object.keys(draft.value.changes).length > 0)
  /** The item with what I changed on top. */
  const shown = computed(() => {
    const fresh = toValue(item)
    return fresh && draft.value ? ({ ...fresh, ...draft.value.changes } as Item) : fresh
  })

  watch(refcode, (now) => {
    clearTimeout(waiting)
    clashes.value = []
    problem.value = undefined
    state.value = 'saved'
    if (now && dirty.value) later(0)
  }, { immediate: true })

  function set(field: string, value: unknown) {
    const fresh = toValue(item)
    if (!fresh) return
    const { base, changes } = draft.value ?? { base: fresh, changes: {} }
    const next = { ...changes, [field]: value }
    if (same(value, (base as Changes)[field])) delete next[field]
    draft.value = Object.keys(next).length ? { base, changes: next } : null
    problem.value = undefined
    clashes.value = clashes.value.filter((clash) => clash.field !== field)
    state.value = dirty.value ? 'typing' : 'saved'
    if (dirty.value) later(PAUSE)
  }

  function later(pause: number) {
    clearTimeout(waiting)
    waiting = setTimeout(() => void save(), pause)
  }

  /** Sends what was changed; what is typed while it is under way goes with the next. */
  async function save(): Promise<void> {
    clearTimeout(waiting)
    if (sending) await sending
    if (!dirty.value || clashes.value.length || !draft.value) return
    sending = send(draft.value)
    await sending
    sending = undefined
    if (dirty.value && state.value === 'saved') later(PAUSE)
  }

  async function send({ base, changes }: Draft): Promise<void> {
    state.value = 'saving'
    try {
      const saved = await changeItem(base.refcode, changes, base.edit)
      accept(saved, changes)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.status === 409 && error.body.current) compare(error.body.current as Item)
      else if (FOR_GOOD.has(error.status)) refuse(error)
      else wait()
    }
  }

  function accept(saved: Item, sent: Changes) {
    if (saved.refcode !== refcode.value) return
    queries.setQueryData(['item', saved.refcode], saved)
    const typed = Object.entries(draft.value?.changes ?? {}).filter(([field, value]) => !same(value, sent[field]))
    draft.value = typed.length ? { base: saved, changes: Object.fromEntries(typed) } : null
    savedAt.value = new Date()
    state.value = 'saved'
    void queries.invalidateQueries({ queryKey: ['items'] })
  }

  function compare(current: Item) {
    if (!draft.value) return
    const outcome = merged(draft.value.base, draft.value.changes, current)
    queries.setQueryData(['item', current.refcode], current)
    clashes.value = outcome.clashes
    theirs.value = current
    const open = Object.fromEntries(outcome.clashes.map(({ field, mine }) => [field, mine]))
    const changes = { ...outcome.changes, ...open }
    draft.value = Object.keys(changes).length ? { base: current, changes } : null
    state.value = outcome.clashes.length ? 'conflict' : 'typing'
    if (!outcome.clashes.length) later(0)
  }

  /** Settles what both changed: mine or theirs, field by field. */
  function settle(choices: Record<string, 'mine' | 'theirs'>) {
    for (const { field, theirs: value } of clashes.value) {
      if (choices[field] === 'theirs') set(field, value)
    }
    clashes.value = []
    state.value = dirty.value ? 'typing' : 'saved'
    if (dirty.value) later(0)
  }

  function refuse(error: Problem) {
    problem.value = error
    state.value = 'refused'
  }

  function wait() {
    state.value = 'offline'
    later(AGAIN)
  }

  const online = () => { if (dirty.value) later(0) }
  const leaving = () => { if (document.hidden && dirty.value) void save() }
  window.addEventListener('online', online)
  document.addEventListener('visibilitychange', leaving)
  onScopeDispose(() => {
    window.removeEventListener('online', online)
    document.removeEventListener('visibilitychange', leaving)
    clearTimeout(waiting)
    if (dirty.value) void save()
  })

  return {
    shown, dirty, clashes: readonly(clashes), theirs, problem: readonly(problem), state: readonly(state),
    savedAt: readonly(savedAt), set, save, settle,
  }
}

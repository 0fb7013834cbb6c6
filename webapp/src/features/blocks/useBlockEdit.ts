import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { changeBlock, type BlockChange } from '@/api/blocks'
import { Problem } from '@/api/problem'
import type { Block } from '@/api/types'
import { useItemAnswers } from '@/features/files'
import { useWho } from '@/features/people'
import { kept } from '@/ui/kept'

const PAUSE_MS = 600
const AGAIN_MS = 5_000

export type BlockState = 'saved' | 'changed' | 'saving' | 'offline' | 'refused'

/**
 * A block as one edits it: shown at once, saved a moment later, and kept in this browser for the one
 * who typed until the server has it, through lost networks and closed tabs.
 */
export function useBlockEdit(refcode: () => string, block: () => Block) {
  const answers = useItemAnswers(refcode)
  const who = useWho()
  const draft = kept<BlockChange | null>(() => who.value && `draft:block:${who.value}:${block().block_id}`, null)
  const state = ref<BlockState>('saved')
  const problem = shallowRef<Problem>()
  let waiting: ReturnType<typeof setTimeout> | undefined
  let sending: Promise<void> | undefined
  let gone = false

  /** The block with what was changed on top. */
  const shown = computed<Block>(() => over(block(), draft.value ?? {}))

  /** Changes some of it; `pause` is how long to wait for more, which typing brings. */
  function change(some: BlockChange, pause = 0) {
    draft.value = joined(draft.value ?? {}, some)
    state.value = 'changed'
    problem.value = undefined
    later(pause)
  }

  /** Forgets a parameter that was refused: something else stands in its field by now, which is no value yet. */
  function retract(name: string) {
    if (state.value !== 'refused') return
    draft.value = without(draft.value, name)
    problem.value = undefined
    state.value = draft.value ? 'changed' : 'saved'
    if (draft.value) later(PAUSE_MS)
  }

  function later(pause: number) {
    clearTimeout(waiting)
    waiting = setTimeout(() => void save(), pause)
  }

  /** Sends what was changed; what changes while it is under way goes with the next. */
  async function save(): Promise<void> {
    clearTimeout(waiting)
    if (sending) await sending
    if (!draft.value || gone) return
    sending = send(draft.value)
    await sending
    sending = undefined
  }

  async function send(change: BlockChange) {
    state.value = 'saving'
    try {
      const saved = await changeBlock(refcode(), block().block_id, change)
      answers.putBlock(saved)
      draft.value = rest(draft.value, change)
      problem.value = undefined
      state.value = draft.value ? 'changed' : 'saved'
      if (draft.value) later(PAUSE_MS)
      answers.settle()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      const hopeless = error.status >= 400 && error.status < 500 && error.status !== 401
      // What was typed meanwhile is on its way, and is judged by itself.
      if (hopeless && rest(draft.value, change)) return
      problem.value = error
      state.value = hopeless ? 'refused' : 'offline'
      if (!hopeless) later(AGAIN_MS)
    }
  }

  /** Gives up what the server refused. */
  function revert() {
    draft.value = null
    problem.value = undefined
    state.value = 'saved'
  }

  const online = () => { if (draft.value && state.value === 'offline') void save() }
  window.addEventListener('online', online)
  onScopeDispose(() => {
    window.removeEventListener('online', online)
    if (draft.value && state.value === 'changed') void save()
    gone = true
    clearTimeout(waiting)
  })
  // What an earlier visit left unsaved is sent once it is known who looks.
  watch(who, () => { if (draft.value) change({}) }, { immediate: true, flush: 'post' })

  return { shown, change, retract, save, revert, state, problem, PAUSE_MS }
}

/** A block as a change leaves it: parameters one by one, `null` sets one back. */
export function over(block: Block, change: BlockChange): Block {
  const parameters = Object.entries({ ...block.parameters, ...change.parameters }).filter(([, value]) => value !== null)
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  return { ...block, ...given, parameters: Object.fromEntries(parameters) } as Block
}

export function joined(first: BlockChange, then: BlockChange): BlockChange {
  const parameters = { ...first.parameters, ...then.parameters }
  const both = { ...first, ...then }
  return Object.keys(parameters).length ? { ...both, parameters } : both
}

/** What of a draft was not yet in the change that was sent. */
export function rest(draft: BlockChange | null, sent: BlockChange): BlockChange | null {
  if (!draft) return null
  const { parameters = {}, ...own } = draft
  const parametersLeft = differing(parameters ?? {}, sent.parameters ?? {})
  const left: BlockChange = differing(own, sent as Record<string, unknown>)
  if (Object.keys(parametersLeft).length) left.parameters = parametersLeft
  return Object.keys(left).length ? left : null
}

/** A draft without one of its parameters. */
function without(draft: BlockChange | null, name: string): BlockChange | null {
  const { parameters, ...own } = draft ?? {}
  const left = Object.fromEntries(Object.entries(parameters ?? {}).filter(([key]) => key !== name))
  const change: BlockChange = Object.keys(left).length ? { ...own, parameters: left } : own
  return Object.keys(change).length ? change : null
}

function differing(now: Record<string, unknown>, then: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(then[name])))
}

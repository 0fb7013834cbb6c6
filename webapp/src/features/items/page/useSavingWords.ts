import { computed, onScopeDispose, ref, type Ref } from 'vue'
import type { Item } from '@/api/types'
import { ago, clock, day } from '@/ui/dates'
import type { SavingState } from './useItemEdit'

const TICK_MS = 10_000
const MINUTE_MS = 60_000

/** When an item was saved, as one says it beside its state: `14:02` today, the day before; `10 s ago` for somebody else's. */
export function useSavingWords(item: Ref<Item | undefined>, state: Ref<SavingState>, savedAt: Readonly<Ref<Date | undefined>>) {
  const now = ref(Date.now())
  const timer = setInterval(() => { now.value = Date.now() }, TICK_MS)
  onScopeDispose(() => clearInterval(timer))

  return computed(() => {
    const iso = savedAt.value?.toISOString() ?? item.value?.last_modified
    if (!iso || !item.value) return undefined
    if (state.value === 'conflict') return soon(item.value.last_modified, now.value)
    return day(iso) === day(new Date(now.value).toISOString()) ? clock(iso) : day(iso)
  })
}

function soon(iso: string, now: number): string {
  const passed = Math.max(0, now - new Date(iso).getTime())
  return passed < MINUTE_MS ? `${Math.round(passed / 1000)} s ago` : ago(iso, now)
}

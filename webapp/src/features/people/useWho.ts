import { computed, watch } from 'vue'
import { Problem } from '@/api/problem'
import { kept } from '@/ui/kept'
import { useMe } from './useMe'

/** Id of the one who types; while the server cannot say it, of the one who was here last. */
export function useWho() {
  const { data: me, failureReason: error, fetchStatus } = useMe()
  const last = kept<string | null>('who', null)
  watch(me, (now) => { if (now) last.value = now.immutable_id }, { immediate: true })

  const isOutOfReach = computed(() =>
    fetchStatus.value === 'paused' || (error.value instanceof Problem && error.value.unreachable))
  return computed(() => me.value?.immutable_id ?? (isOutOfReach.value ? last.value ?? undefined : undefined))
}

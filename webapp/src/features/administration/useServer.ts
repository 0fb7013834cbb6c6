import { useQuery } from '@tanstack/vue-query'
import { computed, shallowRef, watch } from 'vue'
import { getServer } from '@/api/administration'
import { type Look, lookOf, rateNow, rates } from './server'

const EVERY_MS = 5_000
/** Looks that are remembered while the page is open: ten minutes. */
const REMEMBERED = 120

/** How the server does, looked at again and again while somebody looks. */
export function useServer() {
  const { data: server, error, refetch } = useQuery({
    queryKey: ['administration', 'server'],
    queryFn: ({ signal }) => getServer(signal),
    refetchInterval: EVERY_MS,
    staleTime: 0,
  })
  const looks = shallowRef<Look[]>([])
  watch(server, (now) => {
    if (now) looks.value = [...looks.value, lookOf(now)].slice(-REMEMBERED)
  }, { immediate: true })
  const rate = computed(() => (server.value ? rateNow(looks.value, server.value) : 0))
  const recent = computed(() => rates(looks.value))
  return { server, error, refetch, rate, recent }
}

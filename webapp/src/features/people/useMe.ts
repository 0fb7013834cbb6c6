import { useQuery } from '@tanstack/vue-query'
import { getInfo, getMe } from '@/api/people'

const AN_HOUR_MS = 3_600_000

/** Who is signed in. */
export function useMe() {
  return useQuery({ queryKey: ['me'], queryFn: ({ signal }) => getMe(signal), staleTime: AN_HOUR_MS })
}

/** What this lab is: version, item types and their statuses, limits. */
export function useInfo() {
  return useQuery({ queryKey: ['info'], queryFn: ({ signal }) => getInfo(signal), staleTime: AN_HOUR_MS })
}

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { getGroup, outlineGroups } from '@/api/accounts'
import type { Problem } from '@/api/problem'
import type { Group, GroupRow, Page } from '@/api/types'
import { useActs } from './useActs'

/** All groups of the lab, with which contains which. */
export function useGroups() {
  return useQuery<Page<GroupRow>, Problem>({
    queryKey: ['groups', 'outline'],
    queryFn: ({ signal }) => outlineGroups(signal),
  })
}

/** One group with its people and groups. */
export function useGroup(id: MaybeRefOrGetter<string | undefined>) {
  return useQuery<Group, Problem>({
    queryKey: computed(() => ['groups', 'one', toValue(id)]),
    queryFn: ({ signal }) => getGroup(toValue(id)!, signal),
    enabled: () => !!toValue(id),
  })
}

/** Changes of groups; what they change for people is read again too. */
export function useGroupChanges() {
  const queries = useQueryClient()
  const { busy, act } = useActs()

  async function refresh() {
    for (const queryKey of [['groups'], ['accounts'], ['me']]) await queries.invalidateQueries({ queryKey })
  }

  /** @returns whether it was done. */
  const change = (work: () => Promise<unknown>) => act(async () => {
    await work()
    await refresh()
  })

  return { busy, change, refresh }
}

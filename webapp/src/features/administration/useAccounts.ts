import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { changeAccount, getAccount, listAccounts } from '@/api/accounts'
import type { Problem } from '@/api/problem'
import type { AccountInFull, AccountRow, Page, PersonChange } from '@/api/types'
import { toast } from '@/ui/toasts'
import { useDebounced } from '@/ui/useDebounced'
import { useActs } from './useActs'

const PAGE_ROWS = 100

/** What the list of people is narrowed to, and who is open beside it: all of it stands in the address. */
export function useAccountFilters() {
  const route = useRoute()
  const router = useRouter()

  const put = (change: Record<string, string | string[] | undefined>) =>
    void router.replace({ query: { ...route.query, ...change } })
  const one = (name: string) => computed({
    get: () => String(route.query[name] ?? ''),
    set: (value: string) => put({ [name]: value || undefined }),
  })
  const several = (name: string) => computed({
    get: () => [route.query[name] ?? []].flat().filter((value) => value !== null),
    set: (values: string[]) => put({ [name]: values.length ? values : undefined }),
  })

  return { q: one('q'), status: several('status'), role: several('role'), person: one('person') }
}

export type AccountFilters = ReturnType<typeof useAccountFilters>

/** The people of the lab, a page after another; who waits to be activated comes first. */
export function useAccounts({ q, status, role }: AccountFilters) {
  const words = useDebounced(() => q.value)
  const pages = useInfiniteQuery<Page<AccountRow>, Problem>({
    queryKey: ['accounts', 'list', words, status, role],
    queryFn: ({ pageParam, signal }) => listAccounts({
      q: words.value, status: status.value, role: role.value, limit: PAGE_ROWS, cursor: String(pageParam),
    }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  })
  const rows = computed(() => pages.data.value?.pages.flatMap(({ items }) => items) ?? [])
  return { pages, rows }
}

/** One person, and what is changed about them. */
export function useAccount(id: MaybeRefOrGetter<string | undefined>) {
  const query = useQuery<AccountInFull, Problem>({
    queryKey: computed(() => ['accounts', 'one', toValue(id)]),
    queryFn: ({ signal }) => getAccount(toValue(id)!, signal),
    enabled: () => !!toValue(id),
  })
  return { account: query.data, error: query.error, refetch: query.refetch }
}

/** Changes of people, said when they are done; a status can be taken back. */
export function useAccountChanges() {
  const queries = useQueryClient()
  const { busy, act } = useActs()
  const refresh = () => queries.invalidateQueries({ queryKey: ['accounts'] })

  const change = (id: string, fields: PersonChange) => act(async () => {
    queries.setQueryData(['accounts', 'one', id], await changeAccount(id, fields))
    await Promise.all([refresh(), queries.invalidateQueries({ queryKey: ['me'] })])
  })

  /** @returns the ids of those of whom it is true now. */
  async function setStatus(people: Pick<AccountRow, 'immutable_id' | 'display_name'>[], status: 'active' | 'deactivated') {
    const done: typeof people = []
    for (const one of people) if (await change(one.immutable_id, { account_status: status })) done.push(one)
    if (!done.length) return
    const who = done.length === 1 ? done[0]!.display_name : `${done.length} people`
    const deactivated = status === 'deactivated'
    toast(deactivated ? `${who} deactivated and signed out.` : `${who} activated.`, deactivated
      ? { action: { label: 'Undo', run: () => void setStatus(done, 'active') } }
      : {})
  }

  return { busy, act, change, setStatus, refresh }
}

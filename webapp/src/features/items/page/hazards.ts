import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import { getHazards } from '@/api/inventory'

/** What the codes of a text say, and their pictograms: as the server knows them. */
export function useHazards(text: MaybeRefOrGetter<string>) {
  const codes = computed(() => codesFrom(toValue(text)).join(', '))
  const { data } = useQuery({
    queryKey: computed(() => ['hazards', codes.value]),
    queryFn: ({ signal }) => getHazards(codes.value, signal),
    enabled: () => !!codes.value,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  })
  const known = computed(() => (codes.value ? data.value : undefined))
  const statement = (code: string) => known.value?.hazards.find((one) => one.code === code)?.statement
  return { hazards: known, statement }
}

/** The codes in a text, whatever stands between them. */
export const codesFrom = (text: string): string[] => text.split(/[,;\s]+/).filter(Boolean)

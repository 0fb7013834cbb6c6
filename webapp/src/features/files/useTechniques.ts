import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { listTechniques } from '@/api/blocks'

/** The techniques that blocks can have, in the order in which they are offered. */
export function useTechniques() {
  const { data } = useQuery({
    queryKey: ['techniques'],
    queryFn: ({ signal }) => listTechniques(signal),
    staleTime: Infinity,
  })
  const techniques = computed(() => data.value ?? [])
  const technique = (id: string) => techniques.value.find((one) => one.id === id)
  return { techniques, technique }
}

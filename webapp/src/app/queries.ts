import { QueryClient } from '@tanstack/vue-query'
import { Problem } from '@/api/problem'

const TRIES = 2
const FRESH_MS = 15_000

/** What was read from the server: shown at once when asked again, read anew when it is older than a moment. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      // Only a network that failed is worth another try; a refusal stays one.
      retry: (tried, error) => tried < TRIES && error instanceof Problem && error.unreachable,
    },
  },
})

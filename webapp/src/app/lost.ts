import { ref } from 'vue'
import { START_LOCATION, type Router } from 'vue-router'
import { isReady } from '@/api/client'
import { toast } from '@/ui/toasts'

const TRIES = 5
const AGAIN_MS = 1_000

/** Whether the first page could not be fetched, not even when all was loaded again. */
export const isLost = ref(false)

/**
 * A part of the page that cannot be fetched was lost on its way, or belongs to a version that was replaced while the
 * page was open: all is loaded anew. While the server is away, what is shown is better than nothing.
 */
export function loadAnewWhatIsLost(router: Router): void {
  router.onError(async (_error, to, from) => {
    if (from === START_LOCATION) {
      if (isReload()) isLost.value = true
      else window.location.reload()
    } else if (await isReadySoon()) {
      window.location.assign(to.fullPath)
    } else {
      const action = { label: 'Try again', run: () => void router.push(to) }
      toast('The page cannot be opened: the server does not answer.', { kind: 'error', action })
    }
  })
}

function isReload(): boolean {
  return performance.getEntriesByType('navigation').some((one) => (one as PerformanceNavigationTiming).type === 'reload')
}

async function isReadySoon(): Promise<boolean> {
  for (let tries = 1; tries < TRIES; tries++) {
    if (await isReady()) return true
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
  }
  return isReady()
}

import { ref } from 'vue'
import { Problem } from '@/api/problem'
import { toast } from '@/ui/toasts'

/** Things done by a button: while one is under way the button waits, and what is refused is said. */
export function useActs() {
  const busy = ref(false)

  /** @returns whether it was done. */
  async function act(work: () => Promise<unknown>): Promise<boolean> {
    busy.value = true
    try {
      await work()
      return true
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      toast(problem.message, { kind: 'error' })
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, act }
}

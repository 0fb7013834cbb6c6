import { ref } from 'vue'
import { Problem } from '@/api/problem'

/** The sending of a form: what is refused stands beside its fields, and what was typed stays. */
export function useSubmit<Made>(send: () => Promise<Made>, done: (made: Made) => void) {
  const busy = ref(false)
  const problem = ref<Problem>()

  async function submit() {
    busy.value = true
    problem.value = undefined
    try {
      done(await send())
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problem.value = error
    } finally {
      busy.value = false
    }
  }

  return { busy, problem, submit }
}

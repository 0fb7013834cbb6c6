import { reactive, ref } from 'vue'
import { Problem } from '@/api/problem'
import { attachRemoteFile } from '@/api/remotes'
import { useItemAnswers } from '@/features/files'
import type { Choice, Chosen } from './chosen'

/** The chosen files on their way to an item, one after another; what fails stays chosen, and says why. */
export function useAttaching(refcode: () => string, choice: Choice) {
  const answers = useItemAnswers(refcode)
  const busy = ref(false)
  const stopped = ref(false)
  const whole = ref(0)
  const done = ref(0)
  const current = ref<Chosen>()
  const problems = reactive(new Map<string, string>())

  async function attachOne(file: Chosen) {
    current.value = file
    try {
      answers.putFile(await attachRemoteFile(refcode(), file.remote, file.path))
      choice.files.delete(file.key)
      done.value += 1
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problems.set(file.key, error.message)
    }
  }

  /** @returns whether all of them came. */
  async function attach(): Promise<boolean> {
    const files = choice.all.value
    problems.clear()
    stopped.value = false
    whole.value = files.length
    done.value = 0
    busy.value = true
    try {
      for (const file of files) if (!stopped.value) await attachOne(file)
    } finally {
      busy.value = false
      answers.settle()
    }
    return !choice.files.size
  }

  return { attach, busy, stop: () => { stopped.value = true }, whole, done, current, problems }
}

import { onScopeDispose, reactive, ref } from 'vue'
import { cancelJob, getJob } from '@/api/jobs'
import { Problem } from '@/api/problem'
import { attachRemoteFile, beginRemoteCopy } from '@/api/remotes'
import type { UploadedFile } from '@/api/types'
import { useItemAnswers } from '@/features/files'
import type { Choice, Chosen } from './chosen'

/** Bytes from which on a copy takes so long that one wants to see how far it is, and to stop it. */
const LARGE = 20_000_000
const LOOKED_EVERY_MS = 500

/**
 * The chosen files on their way to an item, one after another; what fails stays chosen, and says why. Who closes what they
 * were chosen in stops them.
 */
export function useAttaching(refcode: () => string, choice: Choice) {
  const answers = useItemAnswers(refcode)
  const busy = ref(false)
  const stopped = ref(false)
  const whole = ref(0)
  const done = ref(0)
  const current = ref<Chosen>()
  /** Bytes of a large one that have come. */
  const arrived = ref(0)
  const problems = reactive(new Map<string, string>())

  /** A large file, by a job of the server; whoever stops ends it within. */
  async function copyLarge({ remote, path }: Chosen): Promise<UploadedFile | undefined> {
    let job = await beginRemoteCopy(refcode(), remote, path)
    while (job.state === 'waiting' || job.state === 'running') {
      if (stopped.value && !job.cancel_asked) await cancelJob(job.job_id)
      await new Promise((resolve) => setTimeout(resolve, LOOKED_EVERY_MS))
      job = await getJob(job.job_id)
      arrived.value = job.progress.done
    }
    if (job.state === 'failed') throw new Problem(503, { detail: job.error })
    return job.result?.file as UploadedFile | undefined
  }

  async function attachOne(file: Chosen) {
    current.value = file
    arrived.value = 0
    try {
      const attached = await (file.size > LARGE ? copyLarge(file) : attachRemoteFile(refcode(), file.remote, file.path))
      if (!attached) return
      answers.putFile(attached)
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

  function stop() {
    stopped.value = true
  }
  onScopeDispose(stop)

  return { attach, busy, stop, whole, done, current, arrived, problems }
}

import { defineStore } from 'pinia'
import { computed, reactive, ref } from 'vue'
import { getFile, uploadFile, type SameName } from '@/api/files'
import { Problem } from '@/api/problem'
import type { FileHolder, FileRecord, UploadedFile } from '@/api/types'
import { ofSameBytes } from './sameBytes'

export type UploadState = 'checking' | 'waiting' | 'asking' | 'sending' | 'done' | 'already' | 'failed' | 'offline'

export interface Upload {
  id: number
  refcode: string
  file: File
  state: UploadState
  sent: number
  /** Bytes in a second, lately. */
  speed: number
  sameName: SameName
  answer?: UploadedFile
  /** The file of the item that these bytes equal. */
  equals?: FileRecord
  /** Other items that hold the file of this name. */
  alsoIn?: FileHolder[]
  problem?: Problem
}

interface Sending {
  abort: AbortController
  measuredAt: number
  measured: number
}

const AT_ONCE = 3
const MEASURE_MS = 500
const AGAIN_MS = 8_000

/**
 * Files on their way to the server: a few at once, the others in line. They go on while one looks at
 * other pages, and wait while the network is gone.
 */
export const useUploads = defineStore('uploads', () => {
  const uploads = ref<Upload[]>([])
  const under = new Map<number, Sending>()
  const arrived = new Set<(upload: Upload) => void>()
  let last = 0

  const ofItem = (refcode: string) => uploads.value.filter((one) => one.refcode === refcode)
  const busy = computed(() => uploads.value.some(({ state }) => ['checking', 'waiting', 'sending', 'offline'].includes(state)))

  /** Puts files in line; of those whose name the item has for other bytes, what shall be done is asked first. */
  function add(refcode: string, files: File[], present: readonly FileRecord[]) {
    for (const file of files) {
      const namesakes = present.filter(({ name }) => name === file.name)
      const upload = reactive<Upload>({
        id: ++last, refcode, file, state: namesakes.length ? 'checking' : 'waiting', sent: 0, speed: 0, sameName: 'refuse',
      })
      uploads.value.push(upload)
      if (namesakes[0]) void check(upload, namesakes[0], present)
    }
    next()
  }

  async function check(upload: Upload, namesake: FileRecord, present: readonly FileRecord[]) {
    const equals = await ofSameBytes(upload.file, present)
    const alsoIn = equals ? [] : await otherHolders(namesake.file_id, upload.refcode)
    if (upload.state === 'checking') Object.assign(upload, { equals, alsoIn, state: equals ? 'already' : 'asking' })
  }

  function decide(upload: Upload, sameName: SameName) {
    upload.sameName = sameName
    retry(upload)
  }

  function retry(upload: Upload) {
    Object.assign(upload, { state: 'waiting', sent: 0, speed: 0, problem: undefined })
    next()
  }

  /** Gives an upload up, or forgets one that has come to its end. */
  function drop(upload: Upload) {
    under.get(upload.id)?.abort.abort()
    uploads.value = uploads.value.filter(({ id }) => id !== upload.id)
    next()
  }

  function next() {
    const waiting = uploads.value.filter(({ state }) => state === 'waiting')
    for (const upload of waiting.slice(0, AT_ONCE - under.size)) void send(upload)
  }

  async function send(upload: Upload) {
    const sending = { abort: new AbortController(), measuredAt: performance.now(), measured: 0 }
    under.set(upload.id, sending)
    upload.state = 'sending'
    try {
      upload.answer = await uploadFile(upload.refcode, upload.file, {
        sameName: upload.sameName, signal: sending.abort.signal, onProgress: (sent) => measure(upload, sending, sent),
      })
      upload.state = upload.answer.already_attached ? 'already' : 'done'
      if (upload.state === 'already') upload.equals = upload.answer
      for (const tell of arrived) tell(upload)
    } catch (error) {
      if (error instanceof Problem) fail(upload, error)
      else if (!sending.abort.signal.aborted) fail(upload, new Problem(0, { title: 'The file could not be read' }))
    } finally {
      under.delete(upload.id)
      next()
    }
  }

  /** Bytes of the form around the file are not the file's. */
  function measure(upload: Upload, sending: Sending, sent: number) {
    upload.sent = Math.min(sent, upload.file.size)
    const now = performance.now()
    const passed = now - sending.measuredAt
    if (passed < MEASURE_MS) return
    upload.speed = ((sent - sending.measured) / passed) * 1000
    Object.assign(sending, { measuredAt: now, measured: sent })
  }

  function fail(upload: Upload, problem: Problem) {
    upload.problem = problem
    upload.speed = 0
    const { existing, also_in: alsoIn } = problem.body
    if (problem.status === 409 && existing) Object.assign(upload, { state: 'asking', alsoIn })
    else if (problem.unreachable && upload.file.size) waitForNetwork(upload)
    else upload.state = 'failed'
  }

  function waitForNetwork(upload: Upload) {
    upload.state = 'offline'
    const again = () => {
      window.removeEventListener('online', again)
      clearTimeout(timer)
      if (upload.state === 'offline') retry(upload)
    }
    const timer = setTimeout(again, AGAIN_MS)
    window.addEventListener('online', again)
  }

  /** Calls back with each file that has arrived. */
  function onArrival(tell: (upload: Upload) => void) {
    arrived.add(tell)
    return () => void arrived.delete(tell)
  }

  if (typeof window !== 'undefined') {
    window.addEventListener('beforeunload', (event) => { if (busy.value) event.preventDefault() })
  }

  return { uploads, busy, ofItem, add, decide, retry, drop, onArrival }
})

/** The question is asked without them where they cannot be had. */
async function otherHolders(fileId: string, refcode: string): Promise<FileHolder[]> {
  try {
    const { held_by } = await getFile(fileId)
    return held_by.filter((one) => one.refcode !== refcode)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return []
  }
}

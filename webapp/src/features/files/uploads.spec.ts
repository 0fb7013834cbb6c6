import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it, vi } from 'vitest'
import { getFile, uploadFile } from '@/api/files'
import { Problem, unreachable } from '@/api/problem'
import type { FileInFull, FileRecord } from '@/api/types'
import { kindOf } from './kinds'
import { size, timeLeft } from './size'
import { useUploads } from './uploads.store'

vi.mock('@/api/files')

const file = (name: string, content = 'x') => new File([content], name)
const record = (name: string, more = {}) => ({ file_id: name, name, size: 1, already_attached: false, ...more }) as FileRecord

beforeEach(() => {
  setActivePinia(createPinia())
  vi.mocked(getFile).mockResolvedValue({ held_by: [] } as unknown as FileInFull)
})

it('sends a few files at once, and the others in line', async () => {
  const finish: (() => void)[] = []
  vi.mocked(uploadFile).mockImplementation((_, one) => new Promise((resolve) => finish.push(() => resolve(record(one.name)))))
  const store = useUploads()
  store.add('lab:A', ['1', '2', '3', '4', '5'].map((name) => file(name)), [])
  expect(store.uploads.map(({ state }) => state)).toEqual(['sending', 'sending', 'sending', 'waiting', 'waiting'])
  finish[0]!()
  await vi.waitFor(() => expect(store.uploads[3]!.state).toBe('sending'))
})

it('asks before it sends other bytes under a name that is there', async () => {
  const store = useUploads()
  store.add('lab:A', [file('log.txt', 'other')], [record('log.txt')])
  await vi.waitFor(() => expect(store.uploads[0]!.state).toBe('asking'))
  expect(uploadFile).not.toHaveBeenCalled()
  vi.mocked(uploadFile).mockResolvedValue(record('log.txt'))
  store.decide(store.uploads[0]!, 'replace')
  expect(vi.mocked(uploadFile).mock.calls[0]![2]).toMatchObject({ sameName: 'replace' })
})

it('tells the other items that hold the file of this name before it asks', async () => {
  const held_by = [{ refcode: 'lab:A', item_id: 'A-1' }, { refcode: 'lab:B', item_id: 'B-1' }]
  vi.mocked(getFile).mockResolvedValue({ held_by } as FileInFull)
  const store = useUploads()
  store.add('lab:A', [file('log.txt', 'other')], [record('log.txt')])
  await vi.waitFor(() => expect(store.uploads[0]!.state).toBe('asking'))
  expect(store.uploads[0]!.alsoIn).toEqual([held_by[1]])
})

it('asks all the same where the other items cannot be had', async () => {
  vi.mocked(getFile).mockRejectedValue(unreachable())
  const store = useUploads()
  store.add('lab:A', [file('log.txt', 'other')], [record('log.txt')])
  await vi.waitFor(() => expect(store.uploads[0]!.state).toBe('asking'))
})

it('asks when somebody else attached that name meanwhile', async () => {
  vi.mocked(uploadFile).mockRejectedValue(new Problem(409, { existing: record('log.txt') }))
  const store = useUploads()
  store.add('lab:A', [file('log.txt')], [])
  await vi.waitFor(() => expect(store.uploads[0]!.state).toBe('asking'))
})

it('waits for the network and goes on by itself', async () => {
  vi.mocked(uploadFile).mockRejectedValueOnce(unreachable()).mockResolvedValue(record('late.txt'))
  const store = useUploads()
  store.add('lab:A', [file('late.txt')], [])
  await vi.waitFor(() => expect(store.uploads[0]!.state).toBe('offline'))
  window.dispatchEvent(new Event('online'))
  await vi.waitFor(() => expect(store.uploads[0]!.state).toBe('done'))
})

it('says that bytes are here already', async () => {
  vi.mocked(uploadFile).mockResolvedValue(record('copy.txt', { already_attached: true }))
  const store = useUploads()
  store.add('lab:A', [file('copy.txt')], [])
  await vi.waitFor(() => expect(store.uploads[0]!.state).toBe('already'))
})

it('says sizes and times as people do', () => {
  expect([0, 999, 1400, 2_500_000, 999_999, 1e12].map(size)).toEqual(['0 B', '999 B', '1.4 kB', '2.5 MB', '1000 kB', '1.0 TB'])
  expect([0.2, 12.4, 130].map(timeLeft)).toEqual(['almost done', '12 s left', '2 min left'])
})

it('knows what browsers show by themselves', () => {
  expect(['SEM.JPG', 'paper.pdf', 'film.mp4', 'stack.tif', 'data'].map((name) => kindOf({ name })))
    .toEqual(['picture', 'document', 'video', 'data', 'data'])
})

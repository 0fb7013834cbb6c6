import { VueQueryPlugin } from '@tanstack/vue-query'
import { render } from '@testing-library/vue'
import { beforeEach, expect, it, vi } from 'vitest'
import { attachRemoteFile } from '@/api/remotes'
import type { UploadedFile } from '@/api/types'
import { type Choice, makeChoice } from './chosen'
import { useAttaching } from './useAttaching'

vi.mock('@/api/remotes')

function mounted(choice: Choice) {
  let attaching!: ReturnType<typeof useAttaching>
  const page = render(
    { setup() { attaching = useAttaching(() => 'lab:AAAAAA', choice); return () => null } },
    { global: { plugins: [VueQueryPlugin] } },
  )
  return { ...page, attaching }
}

function chosen(...names: string[]) {
  const choice = makeChoice()
  for (const name of names) choice.toggle('Beamline', { path: name, name, size: 12 })
  return choice
}

beforeEach(() => { vi.resetAllMocks() })

it('attaches one file after another', async () => {
  vi.mocked(attachRemoteFile).mockResolvedValue({ file_id: '1' } as UploadedFile)
  const choice = chosen('a.xy', 'b.xy')
  expect(await mounted(choice).attaching.attach()).toBe(true)
  expect(vi.mocked(attachRemoteFile).mock.calls.map(([, , path]) => path)).toEqual(['a.xy', 'b.xy'])
  expect(choice.files.size).toBe(0)
})

it('begins no further file once the dialog is gone', async () => {
  let arrive!: (file: UploadedFile) => void
  vi.mocked(attachRemoteFile).mockImplementationOnce(() => new Promise((resolve) => { arrive = resolve }))
  const { attaching, unmount } = mounted(chosen('a.xy', 'b.xy'))
  const whole = attaching.attach()
  unmount()
  arrive({ file_id: '1' } as UploadedFile)
  expect(await whole).toBe(false)
  expect(attachRemoteFile).toHaveBeenCalledTimes(1)
})

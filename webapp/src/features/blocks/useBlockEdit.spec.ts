import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { render } from '@testing-library/vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import { changeBlock } from '@/api/blocks'
import { Problem, unreachable } from '@/api/problem'
import type { Block } from '@/api/types'
import { joined, over, rest, useBlockEdit } from './useBlockEdit'

vi.mock('@/api/blocks')
vi.mock('@/features/people', () => ({ useWho: () => ref('maya') }))

const BLOCK: Block = {
  block_id: 'b1', technique: 'xrd', title: 'Pattern', file_ids: ['f1'], parameters: { baseline: true }, freeform_comment: null,
  collapsed: false,
}

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

function mounted() {
  let edit!: ReturnType<typeof useBlockEdit>
  const view = render(defineComponent({
    setup() {
      edit = useBlockEdit(() => 'lab:AAAAAA', () => BLOCK)
      return () => h('p')
    },
  }), { global: { plugins: [[VueQueryPlugin, { queryClient: new QueryClient() }]] } })
  return { edit, ...view }
}

it('keeps what the network lost through a closed tab, and sends it again', async () => {
  vi.mocked(changeBlock).mockRejectedValue(unreachable())
  const first = mounted()
  first.edit.change({ title: 'Pattern of batch 2' })
  await vi.advanceTimersByTimeAsync(10)
  expect(first.edit.state.value).toBe('offline')
  first.unmount()

  vi.mocked(changeBlock).mockResolvedValue({ ...BLOCK, title: 'Pattern of batch 2' })
  const second = mounted()
  expect(second.edit.shown.value.title).toBe('Pattern of batch 2')
  await vi.advanceTimersByTimeAsync(10)
  expect(changeBlock).toHaveBeenLastCalledWith('lab:AAAAAA', 'b1', { title: 'Pattern of batch 2' })
  expect(second.edit.state.value).toBe('saved')
  expect(localStorage.getItem('datalab:draft:block:maya:b1')).toBeNull()
})

it('says why a parameter was refused, and can set it back', async () => {
  vi.mocked(changeBlock).mockRejectedValue(new Problem(422, { errors: [{ loc: ['wavelength'], msg: 'Above 0, please.' }] }))
  const { edit } = mounted()
  edit.change({ parameters: { wavelength: -1 } })
  await vi.advanceTimersByTimeAsync(10)
  expect(edit.state.value).toBe('refused')
  expect(edit.problem.value?.about('wavelength')).toBe('Above 0, please.')
  edit.revert()
  expect(edit.shown.value).toEqual(BLOCK)
})

it('says nothing of a value that was refused while another was typed', async () => {
  let refuse!: (problem: Problem) => void
  vi.mocked(changeBlock).mockImplementationOnce(() => new Promise((_, reject) => { refuse = reject }))
  vi.mocked(changeBlock).mockResolvedValueOnce({ ...BLOCK, parameters: { wavelength: 1.54 } })
  const { edit } = mounted()
  edit.change({ parameters: { wavelength: 0 } })
  await vi.advanceTimersByTimeAsync(10)
  edit.change({ parameters: { wavelength: 1.54 } }, edit.PAUSE_MS)
  refuse(new Problem(422, { errors: [{ loc: ['wavelength'], msg: 'Above 0, please.' }] }))
  await vi.advanceTimersByTimeAsync(10)
  expect(edit.problem.value).toBeUndefined()
  await vi.advanceTimersByTimeAsync(edit.PAUSE_MS)
  expect(edit.state.value).toBe('saved')
})

it('forgets a refused parameter once something else stands in its field, and sends the rest', async () => {
  vi.mocked(changeBlock).mockRejectedValueOnce(new Problem(422, { errors: [{ loc: ['wavelength'], msg: 'Above 0, please.' }] }))
  vi.mocked(changeBlock).mockResolvedValueOnce({ ...BLOCK, title: 'New' })
  const { edit } = mounted()
  edit.change({ title: 'New', parameters: { wavelength: 0 } })
  await vi.advanceTimersByTimeAsync(10)
  edit.retract('wavelength')
  expect(edit.problem.value).toBeUndefined()
  await vi.advanceTimersByTimeAsync(edit.PAUSE_MS + 10)
  expect(changeBlock).toHaveBeenLastCalledWith('lab:AAAAAA', 'b1', { title: 'New' })
  expect(edit.state.value).toBe('saved')
})

it('merges parameters key by key, null setting one back', () => {
  expect(over(BLOCK, { parameters: { baseline: null, stack: true } }).parameters).toEqual({ stack: true })
  expect(joined({ parameters: { a: 1 } }, { parameters: { b: 2 }, title: 'T' })).toEqual({ parameters: { a: 1, b: 2 }, title: 'T' })
})

it('keeps what was changed while a change was under way', () => {
  expect(rest({ title: 'New', parameters: { a: 1, b: 3 } }, { title: 'New', parameters: { a: 1, b: 2 } })).toEqual({ parameters: { b: 3 } })
  expect(rest({ title: 'New' }, { title: 'New' })).toBeNull()
})

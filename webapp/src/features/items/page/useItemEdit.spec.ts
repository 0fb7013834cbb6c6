import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { render } from '@testing-library/vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { changeItem } from '@/api/items'
import { Problem, unreachable } from '@/api/problem'
import type { Item } from '@/api/types'
import { readDraft } from './draft'
import { useItemEdit } from './useItemEdit'

vi.mock('@/api/items')
const save = vi.mocked(changeItem)

const stored = {
  refcode: 'grey:AB12CD', item_id: 'LCO-3', type: 'samples', edit: 3, name: 'LCO', CAS: null, permissions: { write: true },
} as unknown as Item

type Edit = ReturnType<typeof useItemEdit>

function open(item: ShallowRef<Item | undefined> = shallowRef<Item | undefined>(stored), who: Ref<string | undefined> = ref('ada')) {
  let edit!: Edit
  const queries = new QueryClient()
  queries.getQueryCache().subscribe(({ query }) => { item.value = (query.state.data ?? item.value) as Item | undefined })
  const Page = defineComponent(() => {
    edit = useItemEdit(item, () => stored.refcode, who)
    return () => h('p')
  })
  const { unmount } = render(Page, { global: { plugins: [[VueQueryPlugin, { queryClient: queries }]] } })
  return { edit, item, close: unmount }
}

const settled = (ms = 1000) => vi.advanceTimersByTimeAsync(ms)
const saved = (more: object) => ({ ...stored, edit: 4, ...more }) as unknown as Item
const stale = (current: Item) => new Problem(409, { title: 'Somebody else saved first', current })

beforeEach(() => {
  vi.useFakeTimers()
  save.mockReset()
})
afterEach(() => vi.useRealTimers())

it('sends only what changed, against the edit it was typed on, once one stops typing', async () => {
  const { edit } = open()
  save.mockResolvedValue(saved({ name: 'LCO, batch 3' }))
  edit.set('name', 'LCO, b')
  await settled(500)
  edit.set('name', 'LCO, batch 3')
  expect(edit.state.value).toBe('typing')
  await settled()
  expect(save.mock.calls).toEqual([['grey:AB12CD', { name: 'LCO, batch 3' }, 3]])
  expect(edit.state.value).toBe('saved')
  expect(readDraft('grey:AB12CD', 'ada')).toBeUndefined()
})

it('keeps what was typed when the save fails, and tries again by itself', async () => {
  const { edit } = open()
  save.mockRejectedValueOnce(unreachable()).mockRejectedValueOnce(new Problem(503)).mockResolvedValue(saved({ name: 'Kept' }))
  edit.set('name', 'Kept')
  await settled()
  expect(edit.state.value).toBe('offline')
  expect(edit.shown.value?.name).toBe('Kept')
  expect(readDraft('grey:AB12CD', 'ada')?.changes.name?.value).toBe('Kept')
  await settled(12_000)
  expect(edit.state.value).toBe('saved')
})

it('brings back what was typed before the tab was closed, also when the item itself cannot be had', async () => {
  save.mockRejectedValue(unreachable())
  const first = open()
  first.edit.set('name', 'Typed before')
  await nextTick()
  first.close()

  const { edit } = open(shallowRef<Item | undefined>())
  expect(edit.shown.value?.name).toBe('Typed before')
  expect(edit.shown.value?.item_id).toBe('LCO-3')
})

it('sends again on the newer edit what nobody else touched, and takes the rest over', async () => {
  const item = shallowRef<Item | undefined>(stored)
  const { edit } = open(item)
  const theirs = { ...stored, edit: 9, CAS: '12190-79-3' } as Item
  save.mockImplementationOnce(async () => {
    item.value = theirs
    throw stale(theirs)
  }).mockResolvedValue({ ...theirs, edit: 10, name: 'Mine' } as Item)
  edit.set('name', 'Mine')
  await settled()
  expect(save.mock.calls.map(([, change, on]) => [change, on])).toEqual([[{ name: 'Mine' }, 3], [{ name: 'Mine' }, 9]])
})

it('is done when the server has what was typed, though its answer never arrived', async () => {
  const { edit } = open()
  const theirs = { ...stored, edit: 4, name: 'Arrived' } as Item
  save.mockRejectedValueOnce(unreachable()).mockRejectedValue(stale(theirs))
  edit.set('name', 'Arrived')
  await settled(8000)
  expect(edit.state.value).toBe('saved')
  expect(readDraft('grey:AB12CD', 'ada')).toBeUndefined()
})

it('never sends a field that somebody else changed too before it is settled', async () => {
  const item = shallowRef<Item | undefined>(stored)
  const { edit } = open(item)
  edit.set('name', 'Mine')
  item.value = { ...stored, edit: 4, name: 'Theirs' } as Item
  await settled()
  edit.set('name', 'Mine, longer')
  await settled(5000)
  expect(save).not.toHaveBeenCalled()
  expect(edit.state.value).toBe('conflict')
  expect(edit.clashes.value).toEqual([{ field: 'name', was: 'LCO', mine: 'Mine, longer', theirs: 'Theirs' }])

  save.mockResolvedValue({ ...stored, edit: 5, name: 'Both' } as Item)
  edit.settle({ name: 'Both' })
  await settled()
  expect(save.mock.calls).toEqual([['grey:AB12CD', { name: 'Both' }, 4]])
})

it('takes theirs without sending anything', async () => {
  const item = shallowRef<Item | undefined>(stored)
  const { edit } = open(item)
  edit.set('name', 'Mine')
  item.value = { ...stored, edit: 4, name: 'Theirs' } as Item
  await nextTick()
  edit.settle({ name: 'Theirs' })
  await settled()
  expect(save).not.toHaveBeenCalled()
  expect(edit.state.value).toBe('saved')
})

it('holds back a field that the server refuses, and saves the others', async () => {
  const { edit } = open()
  const refusal = new Problem(422, { title: 'No', errors: [{ loc: ['body', 'molar_mass'], msg: 'Give a number.' }] })
  save.mockRejectedValueOnce(refusal).mockResolvedValue(saved({ name: 'Good' }))
  edit.set('molar_mass', 'heavy')
  edit.set('name', 'Good')
  await settled()
  expect(save.mock.calls.at(-1)?.[1]).toEqual({ name: 'Good' })
  expect(edit.problems.value).toEqual({ molar_mass: 'Give a number.' })
  expect(edit.shown.value?.molar_mass).toBe('heavy')
  expect(edit.state.value).toBe('refused')
})

it('what is typed while a save is under way goes with the next', async () => {
  const item = shallowRef<Item | undefined>(stored)
  const { edit } = open(item)
  let arrive!: (saved: Item) => void
  save.mockReturnValueOnce(new Promise((resolve) => { arrive = resolve }))
  edit.set('name', 'One')
  await settled()
  edit.set('name', 'One two')
  item.value = saved({ name: 'One' })
  save.mockResolvedValue({ ...stored, edit: 5, name: 'One two' } as Item)
  arrive(saved({ name: 'One' }))
  await settled(2000)
  expect(edit.shown.value?.name).toBe('One two')
  expect(save.mock.calls.at(-1)).toEqual(['grey:AB12CD', { name: 'One two' }, 4])
})

it('asks before one leaves only when the browser cannot keep the draft', async () => {
  save.mockRejectedValue(unreachable())
  const { edit } = open()
  const leave = () => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
  edit.set('name', 'Kept')
  expect(leave()).toBe(false)
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => { throw new DOMException('full', 'QuotaExceededError') })
  edit.set('name', 'Not kept')
  expect(edit.isKept.value).toBe(false)
  expect(leave()).toBe(true)
})

it('keeps a draft for the one who typed it, not for the next at the same computer', async () => {
  save.mockRejectedValue(unreachable())
  const first = open()
  first.edit.set('name', 'By Ada')
  first.close()
  expect(open(undefined, ref('grace')).edit.shown.value?.name).toBe('LCO')
  expect(open(undefined, ref('ada')).edit.shown.value?.name).toBe('By Ada')
})

it('keeps what was typed before it was known who types', async () => {
  save.mockRejectedValue(unreachable())
  const who = ref<string>()
  const { edit } = open(undefined, who)
  edit.set('name', 'Early')
  who.value = 'ada'
  await nextTick()
  expect(edit.shown.value?.name).toBe('Early')
  expect(readDraft('grey:AB12CD', 'ada')?.changes.name?.value).toBe('Early')
})

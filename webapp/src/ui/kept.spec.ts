import { nextTick, ref } from 'vue'
import { expect, it } from 'vitest'
import { kept } from './kept'

const stored = (key: string) => localStorage.getItem(`datalab:${key}`)

it('keeps a value, and forgets it when there is none', async () => {
  const first = kept<string | null>('word', null)
  first.value = 'cobalt'
  await nextTick()
  expect(kept('word', '').value).toBe('cobalt')
  first.value = null
  await nextTick()
  expect(stored('word')).toBeNull()
})

it('keeps what was given before its key was known', async () => {
  const key = ref<string>()
  const early = kept<string | null>(key, null)
  early.value = 'typed at once'
  await nextTick()
  key.value = 'draft:maya'
  await nextTick()
  expect(early.value).toBe('typed at once')
  expect(stored('draft:maya')).toBe('"typed at once"')
})

it('shows what belongs to another key', async () => {
  localStorage.setItem('datalab:draft:omar', '"his"')
  const key = ref('draft:maya')
  const draft = kept<string | null>(key, null)
  draft.value = 'hers'
  await nextTick()
  key.value = 'draft:omar'
  await nextTick()
  expect(draft.value).toBe('his')
  expect(stored('draft:maya')).toBe('"hers"')
})

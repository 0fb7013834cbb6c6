import { beforeEach, expect, it, vi } from 'vitest'
import { ref } from 'vue'
import type { Collection } from '@/api/types'
import { useCollectionText } from './useCollectionText'

const collection = ref({ collection_id: 'C', description: '<p>Old</p>' } as Collection)
beforeEach(() => localStorage.clear())

it('sends what was typed once, formatting and all', async () => {
  const save = vi.fn().mockResolvedValue(true)
  const { text, settle } = useCollectionText(() => collection.value, save)
  await settle()
  text.value = '<p><strong>New</strong></p>'
  await settle()
  await settle()
  expect(save.mock.calls).toEqual([['<p><strong>New</strong></p>']])
})

it('keeps what could not be saved, for the next visit', async () => {
  const { text, settle } = useCollectionText(() => collection.value, () => Promise.resolve(false))
  text.value = '<p>Kept</p>'
  await settle()
  expect(text.value).toBe('<p>Kept</p>')
  expect(useCollectionText(() => collection.value, () => Promise.resolve(false)).text.value).toBe('<p>Kept</p>')
})

it('does not forget what is typed while it saves', async () => {
  const { text, settle } = useCollectionText(() => collection.value, () => {
    text.value = '<p>Later</p>'
    return Promise.resolve(true)
  })
  text.value = '<p>First</p>'
  await settle()
  expect(text.value).toBe('<p>Later</p>')
})

import { render, screen } from '@testing-library/vue'
import { TooltipProvider } from 'reka-ui'
import { expect, it } from 'vitest'
import { h } from 'vue'
import type { FileRecord } from '@/api/types'
import UploadLine from './UploadLine.vue'
import type { Upload } from './uploads.store'

const holder = (item_id: string) => ({ refcode: `lab:${item_id}`, item_id })

function said(more: Partial<Upload>) {
  const upload: Upload = {
    id: 1, refcode: 'lab:A', file: new File(['x'], 'log.txt'), state: 'asking', sent: 0, speed: 0, sameName: 'refuse', ...more,
  }
  render(() => h(TooltipProvider, () => h(UploadLine, { upload })))
  return screen.getByRole('status')
}

it.each([
  [['B-1'], /also in B-1\. Replace changes it there too/],
  [['B-1', 'B-2', 'B-3'], /also in B-1 and 2 more\. Replace changes it there too/],
])('says where else %s a file of this name is, and what replacing does there', (ids, words) => {
  expect(said({ alsoIn: ids.map(holder) })).toHaveTextContent(words)
  expect(screen.getByRole('button', { name: 'Replace' })).toBeInTheDocument()
  expect(screen.getByRole('button', { name: 'Keep both' })).toBeInTheDocument()
})

it('says no more where the file is in no other item', () => {
  expect(said({ alsoIn: [] })).toHaveTextContent(/^another file of this name is here$/)
})

it('names the file that a renamed copy equals', () => {
  expect(said({ state: 'already', equals: { name: 'first.txt' } as FileRecord })).toHaveTextContent('already here as first.txt, not doubled')
})

it('does not name a file by its own name', () => {
  expect(said({ state: 'already', equals: { name: 'log.txt' } as FileRecord })).toHaveTextContent(/^already here, not doubled$/)
})

import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { render, screen } from '@testing-library/vue'
import { TooltipProvider } from 'reka-ui'
import { expect, it } from 'vitest'
import { h } from 'vue'
import type { FileRecord } from '@/api/types'
import FileLine from './FileLine.vue'

const FILE: FileRecord = {
  file_id: 'a'.repeat(24), name: 'notes.bin', extension: '.bin', size: 12, checksums: null, techniques: [], creators: [],
  time_added: null, last_modified: null, source: 'uploaded', revision: 1, origin: null,
  already_attached: false,
}

const shown = (file: FileRecord) => render(
  () => h(TooltipProvider, () => h(FileLine, { file, writes: true })),
  { global: { plugins: [[VueQueryPlugin, { queryClient: new QueryClient() }]] } },
)

it('says so when no technique reads a file', () => {
  shown(FILE)
  expect(screen.getByText('Nothing here reads this')).toBeInTheDocument()
})

it('says so when a file is empty', () => {
  shown({ ...FILE, size: 0 })
  expect(screen.getByText('Empty file')).toBeInTheDocument()
})

it('offers the technique that reads a file best', () => {
  shown({ ...FILE, techniques: ['xrd'] })
  expect(screen.getByRole('button', { name: /Plot as/ })).toBeInTheDocument()
})

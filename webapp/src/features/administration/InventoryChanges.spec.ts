import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import userEvent from '@testing-library/user-event'
import { render, screen } from '@testing-library/vue'
import { beforeEach, expect, it, vi } from 'vitest'
import { getImport, getImportPart } from '@/api/inventory'
import { Problem } from '@/api/problem'
import type { InventoryChange } from '@/api/types'
import InventoryChanges from './InventoryChanges.vue'

vi.mock('@/api/inventory')

const CHANGE = {
  refcode: 'lab:AAAAAA', item_id: 'A-1', name: 'Salt', row: 2, what: 'changed', fields: {}, kept: {}, overwritten: [], note: null,
} as unknown as InventoryChange

const part = (...changes: InventoryChange[]) => ({ changes, faults: [] }) as unknown as Awaited<ReturnType<typeof getImportPart>>

function show() {
  vi.mocked(getImport).mockResolvedValue({ parts: 3, counts: {} } as unknown as Awaited<ReturnType<typeof getImport>>)
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  render(InventoryChanges, {
    props: { importId: 'i1' }, global: { plugins: [[VueQueryPlugin, { queryClient }]], stubs: { RouterLink: true } },
  })
}

beforeEach(() => { vi.resetAllMocks() })

it('reads on by itself until there is enough to show', async () => {
  vi.mocked(getImportPart).mockResolvedValueOnce(part(CHANGE)).mockResolvedValueOnce(part())
    .mockResolvedValueOnce(part({ ...CHANGE, row: 3 }))
  show()
  expect(await screen.findByText('row 3')).toBeInTheDocument()
  expect(getImportPart).toHaveBeenCalledTimes(3)
})

it('does not ask again and again for a part that cannot be had', async () => {
  vi.mocked(getImportPart).mockResolvedValueOnce(part(CHANGE)).mockRejectedValue(new Problem(404, { detail: 'Gone.' }))
  show()
  const more = await screen.findByRole('button', { name: 'Show more' })
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(getImportPart).toHaveBeenCalledTimes(2)
  await userEvent.click(more)
  expect(getImportPart).toHaveBeenCalledTimes(3)
})

import { render, screen, within } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, ref } from 'vue'
import DataTable from './DataTable.vue'
import type { Column } from './table'

const COLUMNS: Column[] = [
  { id: 'id', title: 'ID', width: 100, sortKey: 'id' }, { id: 'name', title: 'Name', width: 200, grow: true },
]
const ROWS = Array.from({ length: 1000 }, (_, n) => ({ id: `S-${n}`, name: `Sample ${n}` }))

beforeEach(() => {
  // The headless DOM lays nothing out; the table asks how tall its window is.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(400)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(800)
})

function show(rows = ROWS) {
  const heard = { open: vi.fn(), preview: vi.fn(), more: vi.fn() }
  const state = { sort: ref<string>(), selected: ref<string[]>([]), active: ref<string>() }
  const Page = defineComponent({
    components: { DataTable },
    setup: () => ({ ...state, ...heard, rows, columns: COLUMNS, key: (row: { id: string }) => row.id }),
    template: `<DataTable v-model:sort="sort" v-model:selected="selected" v-model:active="active" :rows :columns label="Samples"
      :row-key="key" :row-name="key" @open="open" @preview="preview" @more="more">
      <template #id="{ row }">{{ row.id }}</template><template #name="{ row }">{{ row.name }}</template></DataTable>`,
  })
  render(Page)
  return { ...heard, ...state }
}

const row = (id: string) => screen.getByRole('row', { name: new RegExp(`${id} `) })

it('draws only the rows that the window shows', async () => {
  show()
  await screen.findByText('S-0')
  expect(screen.getAllByRole('row').length).toBeLessThan(60)
  expect(screen.getByRole('grid')).toHaveAttribute('aria-rowcount', '1001')
})

it('is walked by keys, opens by Enter and previews by Space', async () => {
  const { active, open, preview } = show()
  await screen.findByText('S-0')
  screen.getByRole('grid').focus()
  await userEvent.keyboard('jj{ArrowUp}j{Enter} ')
  expect(active.value).toBe('S-1')
  expect(open).toHaveBeenCalledWith(ROWS[1])
  expect(preview).toHaveBeenCalledWith(ROWS[1])
})

it('chooses from the last row to this one with Shift', async () => {
  const { selected } = show()
  await screen.findByText('S-0')
  const user = userEvent.setup()
  await user.click(within(row('S-1')).getByRole('checkbox'))
  await user.keyboard('{Shift>}')
  await user.click(within(row('S-4')).getByRole('checkbox'))
  expect(selected.value).toEqual(['S-1', 'S-2', 'S-3', 'S-4'])
})

it('sorts by the head, and the other way by a second click', async () => {
  const { sort } = show()
  const head = await screen.findByRole('button', { name: 'ID' })
  await userEvent.click(head)
  expect(sort.value).toBe('id')
  expect(screen.getByRole('columnheader', { name: 'ID' })).toHaveAttribute('aria-sort', 'ascending')
  await userEvent.click(head)
  expect(sort.value).toBe('-id')
})

it('asks for more when the end comes near', async () => {
  const { more } = show(ROWS.slice(0, 40))
  await vi.waitFor(() => expect(more).toHaveBeenCalled())
})

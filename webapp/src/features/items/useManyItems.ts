import { useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { addItems } from '@/api/items'
import { Problem } from '@/api/problem'
import type { BatchAnswer, ItemType, NewItem } from '@/api/types'
import { kept } from '@/ui/kept'
import { isBlank, type GridColumn, type GridRow } from './grid'
import { GRID_COLUMNS } from './gridColumns'
import { dayHere } from './gridDates'
import { statusValue } from './itemTypes'
import { reasonFor } from './refusals'

const SPARE_ROWS = 12
const AT_ONCE = 500

/** Rows of items to be made; this browser keeps them until they are there. Those that are refused stay, with why. */
export function useManyItems(type: () => ItemType, collections: () => string[]) {
  const queries = useQueryClient()
  const rows = kept<GridRow[]>(() => `draft:many:${type()}`, [])
  const problems = ref(new Map<number, string>())
  const busy = ref(false)
  const problem = ref<Problem>()
  const filled = computed(() => rows.value.flatMap((row, place) => (isBlank(row) ? [] : [place])))
  const shown = computed(() => Math.max(rows.value.length, (filled.value.at(-1) ?? -1) + 1) + SPARE_ROWS)

  function set(place: number, field: string, value: string) {
    while (rows.value.length <= place) rows.value.push({})
    rows.value[place]![field] = value
    problems.value.delete(place)
  }

  const given = (row: GridRow): NewItem => {
    const cells = Object.entries(row).flatMap(([field, cell]) => (cell.trim() ? [[field, sent(field, cell)] as const] : []))
    return { type: type(), ...Object.fromEntries(cells), ...(collections().length && { collections: collections() }) }
  }

  /** @returns how many were made. */
  async function make(): Promise<number> {
    const places = filled.value
    const answers: BatchAnswer[] = []
    busy.value = true
    problem.value = undefined
    try {
      for (let start = 0; start < places.length; start += AT_ONCE) {
        const some = places.slice(start, start + AT_ONCE).map((place) => rows.value[place]!)
        answers.push(...await addItems(some.map(given)))
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problem.value = error
    } finally {
      busy.value = false
    }
    return settle(places, answers)
  }

  /** Leaves the rows that were refused or never sent, each with its reason. */
  function settle(places: number[], answers: BatchAnswer[]): number {
    const left = places.flatMap((place, n) => (answers[n]?.item ? [] : [{ row: rows.value[place]!, answer: answers[n] }]))
    const columns = GRID_COLUMNS[type()]
    rows.value = left.map(({ row }) => row)
    problems.value = new Map(left.flatMap(({ row, answer }, place) => (
      answer ? [[place, reason(answer, row, columns)] as const] : [])))
    void queries.invalidateQueries({ queryKey: ['items'] })
    return places.length - left.length
  }

  return { rows, problems, problem, busy, filled, shown, set, make }
}

function sent(field: string, cell: string): string {
  if (field === 'date') return dayHere(cell)
  return field === 'status' ? statusValue(cell) : cell.trim()
}

/** All that is wrong with a row, in words. */
function reason({ problem }: BatchAnswer, row: GridRow, columns: readonly GridColumn[]): string {
  const reasons = problem?.errors?.map((one) => {
    const field = one.loc.at(-1) ?? ''
    return reasonFor(one, row[field] ?? '', columns.find((column) => column.field === field)?.title)
  })
  return reasons?.length ? [...new Set(reasons)].join(' ') : problem?.detail ?? 'Refused.'
}

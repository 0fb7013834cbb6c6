import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, ref, shallowRef, watch } from 'vue'
import { getFigure } from '@/api/blocks'
import type { Problem } from '@/api/problem'
import type { Block, Figure } from '@/api/types'

type Range = [low: number, high: number]

/** Widths are asked for in steps, so that a figure that was drawn before is found again. */
const STEP = 200
/** Beyond what is looked at, so that moving a little shows no gap. */
const MARGIN = 0.5
const FRESH_MS = 60_000
const ANY_WIDTH = 1000
const AGAIN_MS = 5_000

/**
 * The figure of a block, as fine as the screen shows it: zooming in brings more points.
 *
 * While another figure is on its way the last one stays.
 */
export function useFigure(refcode: () => string, block: () => Block, wanted: () => boolean) {
  /** A folded block is not laid out, yet it shows its numbers. */
  const width = ref(block().collapsed ? ANY_WIDTH : undefined)
  const range = shallowRef<Range>()
  const key = computed(() => {
    const { block_id, file_ids, parameters } = block()
    return ['figure', block_id, JSON.stringify([file_ids, parameters])]
  })

  const query = useQuery<Figure, Problem>({
    queryKey: computed(() => [...key.value, width.value, range.value]),
    queryFn: ({ signal }) => getFigure(refcode(), block().block_id, { width: pixels(), range: range.value }, signal),
    enabled: computed(() => wanted() && width.value !== undefined),
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
    gcTime: FRESH_MS,
    // The server may be away for a while; a refusal stays one.
    refetchInterval: ({ state }) => (state.error?.unreachable ? AGAIN_MS : false),
  })

  /** As wide as the plot, and as its margins when only a part is asked for. */
  const pixels = () => Math.round((width.value ?? STEP) * (range.value ? 1 + 2 * MARGIN : 1))

  function setWidth(now: number) {
    width.value = Math.max(Math.ceil(now / STEP), 1) * STEP
  }

  function look(now: Range | null) {
    if (!now) range.value = undefined
    else range.value = padded(now)
  }

  /** What one had zoomed into means nothing on another axis. */
  let axis: string | undefined
  watch(query.data, (figure) => {
    const now = figure && JSON.stringify(axisOf(figure))
    if (axis && now && axis !== now) range.value = undefined
    axis = now ?? axis
  })

  return {
    figure: query.data, problem: query.error, loading: query.isPending, paused: computed(() => query.fetchStatus.value === 'paused'),
    fetching: query.isFetching,
    again: () => void query.refetch(), setWidth, look,
  }
}

function padded([low, high]: Range): Range {
  const margin = (high - low) * MARGIN
  return [rounded(low - margin), rounded(high + margin)]
}

const rounded = (value: number) => Number(value.toPrecision(8))

function axisOf(figure: Figure): unknown {
  const axis = figure.layout.xaxis as { title?: unknown, type?: unknown } | undefined
  return [axis?.title, axis?.type]
}

import { useVirtualizer } from '@tanstack/vue-virtual'
import { computed, watch, type Ref } from 'vue'
import { useMedia } from './useMedia'

const OVERSCAN = 12
/** Rows before the end at which more are asked for. */
const AHEAD = 30

interface Rows {
  count: () => number
  compact: () => boolean
  scroller: Readonly<Ref<HTMLElement | null>>
  /** Called when the end comes near. */
  more: () => void
}

/** The rows that the screen shows, and the empty room above and below them in pixels. */
export function useVirtualRows({ count, compact, scroller, more }: Rows) {
  const coarse = useMedia('(pointer: coarse)')
  const height = computed(() => (coarse.value ? 44 : compact() ? 28 : 36))
  const virtualizer = useVirtualizer(computed(() => ({
    count: count(),
    getScrollElement: () => scroller.value,
    estimateSize: () => height.value,
    overscan: OVERSCAN,
    // Keeps the active row clear of the sticky head and the bulk bar.
    scrollPaddingStart: height.value,
    scrollPaddingEnd: height.value * 2,
  })))

  watch(height, () => virtualizer.value.measure())

  const shown = computed(() => virtualizer.value.getVirtualItems())
  const above = computed(() => shown.value[0]?.start ?? 0)
  const below = computed(() => virtualizer.value.getTotalSize() - (shown.value.at(-1)?.end ?? 0))

  watch(() => shown.value.at(-1)?.index, (last) => {
    if (last !== undefined && last >= count() - AHEAD) more()
  })

  return { shown, above, below, height, scrollTo: (index: number) => virtualizer.value.scrollToIndex(index) }
}

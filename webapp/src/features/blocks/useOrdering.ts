import { nextTick, ref, shallowRef, watch } from 'vue'

const STEPS_PX = 4

/**
 * Ordering by dragging with mouse, pen or finger. While something is held the list is folded to lines,
 * so that far places are near; what is held stays under the pointer.
 */
export function useOrdering(ids: () => string[], list: () => HTMLElement | undefined, done: (order: string[]) => void) {
  const order = shallowRef(ids())
  const held = ref<string>()
  watch(ids, (now) => { if (!held.value) order.value = now })

  function grab(event: PointerEvent, id: string) {
    if (event.button !== 0) return
    const start = event.clientY
    const end = new AbortController()
    const more = { signal: end.signal }
    window.addEventListener('pointermove', (now) => {
      if (!held.value && Math.abs(now.clientY - start) > STEPS_PX) void hold(id, now.clientY)
      if (held.value) place(now.clientY)
    }, more)
    window.addEventListener('pointerup', () => release(end), more)
    window.addEventListener('pointercancel', () => give(end), more)
    window.addEventListener('keydown', (now) => { if (now.key === 'Escape') give(end) }, more)
  }

  async function hold(id: string, y: number) {
    held.value = id
    await nextTick()
    const card = cards().find((one) => one.dataset.block === id)
    if (!card) return
    const box = card.getBoundingClientRect()
    scroller(card).scrollBy({ top: box.top + box.height / 2 - y, behavior: 'instant' })
  }

  function place(y: number) {
    const others = cards().filter((one) => one.dataset.block !== held.value)
    const before = others.filter((one) => middle(one) < y).map((one) => one.dataset.block!)
    const after = others.filter((one) => middle(one) >= y).map((one) => one.dataset.block!)
    const next = [...before, held.value!, ...after]
    if (next.join() !== order.value.join()) order.value = next
  }

  function release(end: AbortController) {
    end.abort()
    if (!held.value) return
    held.value = undefined
    if (order.value.join() !== ids().join()) done(order.value)
  }

  function give(end: AbortController) {
    held.value = undefined
    order.value = ids()
    end.abort()
  }

  const cards = () => [...(list()?.children ?? [])] as HTMLElement[]

  return { order, held, grab }
}

function middle(card: HTMLElement): number {
  const { top, height } = card.getBoundingClientRect()
  return top + height / 2
}

function scroller(element: HTMLElement): Element {
  for (let parent = element.parentElement; parent; parent = parent.parentElement) {
    if (parent.scrollHeight > parent.clientHeight && /auto|scroll/.test(getComputedStyle(parent).overflowY)) return parent
  }
  return document.scrollingElement ?? document.documentElement
}

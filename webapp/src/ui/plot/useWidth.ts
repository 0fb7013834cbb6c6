import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

/** How wide an element is [px], now and later; 0 until it is laid out. */
export function useWidth(element: Readonly<Ref<HTMLElement | null>>): Readonly<Ref<number>> {
  const width = ref(0)
  let observer: ResizeObserver | undefined
  onMounted(() => {
    if (!element.value) return
    width.value = element.value.clientWidth
    observer = new ResizeObserver(() => { width.value = element.value?.clientWidth || width.value })
    observer.observe(element.value)
  })
  onBeforeUnmount(() => observer?.disconnect())
  return width
}

import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

/** Whether an element has come near to what is looked at; once it has, it stays so. */
export function useSeen(element: Readonly<Ref<HTMLElement | null>>): Readonly<Ref<boolean>> {
  const seen = ref(typeof IntersectionObserver === 'undefined')
  let observer: IntersectionObserver | undefined
  onMounted(() => {
    if (seen.value || !element.value) return
    observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return
      seen.value = true
      observer?.disconnect()
    }, { rootMargin: '400px' })
    observer.observe(element.value)
  })
  onBeforeUnmount(() => observer?.disconnect())
  return seen
}

import { nextTick, onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'
import { tabWithin } from '@/ui/tabWithin'

/** A card that covers the page: Escape leaves it, Tab stays in it, and the button that turns it keeps the keyboard. */
export function useFullScreen(card: Readonly<Ref<HTMLElement | null>>) {
  const full = ref(false)

  async function turn() {
    full.value = !full.value
    await nextTick()
    card.value?.querySelector<HTMLElement>('[data-turns]')?.focus()
  }

  const keepsTab = (event: KeyboardEvent) => { if (full.value) tabWithin(event) }
  const leave = (event: KeyboardEvent) => { if (event.key === 'Escape' && full.value && !event.defaultPrevented) void turn() }

  watch(full, (now) => { document.documentElement.style.overflow = now ? 'hidden' : '' })
  onMounted(() => window.addEventListener('keydown', leave))
  onBeforeUnmount(() => {
    window.removeEventListener('keydown', leave)
    document.documentElement.style.overflow = ''
  })

  return { full, turn, keepsTab }
}

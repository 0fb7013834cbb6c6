import { computed, shallowRef, watchEffect } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import { titled } from './brand'

export interface Crumb {
  text: string
  to?: RouteLocationRaw
  /** An identifier: set in the mono face. */
  mono?: boolean
}

const shown = shallowRef<Crumb[]>([])

/** The way to the page that is open, from the top; the last one is the page itself. */
export const crumbs = computed(() => shown.value)

/** Says what a page is called and where it stands: breadcrumb and window title follow. */
export function usePage(way: () => Crumb[]): void {
  watchEffect(() => {
    shown.value = way()
    document.title = titled(shown.value.at(-1)?.text)
  })
}

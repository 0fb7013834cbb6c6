import { readonly, ref } from 'vue'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'datalab:theme'
const chosen = ref<Theme>(isTheme(document.documentElement.dataset.theme) ? document.documentElement.dataset.theme : 'system')

/** What was chosen; `system` follows the machine. */
export const theme = readonly(chosen)

export function chooseTheme(next: Theme): void {
  chosen.value = next
  if (next === 'system') {
    localStorage.removeItem(KEY)
    delete document.documentElement.dataset.theme
  } else {
    localStorage.setItem(KEY, next)
    document.documentElement.dataset.theme = next
  }
}

/** A token's colour as it is now, for those who draw outside CSS: `colour('--accent')` gives `rgb(…)`. */
export function colour(token: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${token})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Calls back when light turns to dark or the other way. */
export function onThemeChange(act: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const observer = new MutationObserver(act)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  system.addEventListener('change', act)
  return () => {
    observer.disconnect()
    system.removeEventListener('change', act)
  }
}

function isTheme(value: unknown): value is Theme {
  return value === 'light' || value === 'dark'
}

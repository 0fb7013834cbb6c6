import { onBeforeUnmount, onMounted } from 'vue'

/**
 * Runs `act` on a key, e.g. `n`, `?`, `mod+k` (Ctrl or ⌘).
 *
 * Keys without a modifier are left alone while one types, and while a dialog or menu is open.
 */
export function useShortcut(key: string, act: (event: KeyboardEvent) => void): void {
  const withModifier = key.startsWith('mod+')
  const wanted = key.replace('mod+', '').toLowerCase()

  function onKey(event: KeyboardEvent) {
    if (event.defaultPrevented || event.key.toLowerCase() !== wanted || event.altKey) return
    if ((event.ctrlKey || event.metaKey) !== withModifier) return
    if (!withModifier && isBusy(event.target)) return
    event.preventDefault()
    act(event)
  }

  onMounted(() => document.addEventListener('keydown', onKey))
  onBeforeUnmount(() => document.removeEventListener('keydown', onKey))
}

/** True while keys belong to a text, a menu or a modal dialog. */
export function isBusy(target: EventTarget | null): boolean {
  const inText = target instanceof HTMLElement
    && (target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select'))
  return inText || document.querySelector('[role=menu], [role=listbox], [data-modal]') !== null
}

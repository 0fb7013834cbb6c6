import { readonly, ref } from 'vue'

export interface Toast {
  id: number
  text: string
  kind: 'plain' | 'error'
  action?: { label: string, run: () => void } | undefined
}

const shown = ref<Toast[]>([])
let last = 0

/** What is said at the moment, oldest first. */
export const toasts = readonly(shown)

/** Says something once, with at most one thing to do about it (mostly: undo). */
export function toast(text: string, more: Partial<Pick<Toast, 'kind' | 'action'>> = {}): void {
  shown.value = [...shown.value.slice(-2), { id: ++last, text, kind: 'plain', ...more }]
}

export function dismissToast(id: number): void {
  shown.value = shown.value.filter((one) => one.id !== id)
}

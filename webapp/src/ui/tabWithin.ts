const STOPS = 'a[href], button, input, select, textarea, iframe, summary, audio[controls], video[controls], [contenteditable=true], [tabindex]'

/**
 * Keeps Tab inside the element that listens: after its last stop comes the first, and the other way round.
 *
 * For `keydown` on what covers the page; what floats above it lies elsewhere in the document and has its own keys.
 */
export function tabWithin(event: KeyboardEvent): void {
  if (event.key !== 'Tab' || event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return
  const stops = stopsOf(event.currentTarget as HTMLElement)
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]]
  const here = document.activeElement
  const isOutermost = here === from || isSameChoice(here, from) || (event.shiftKey && here === event.currentTarget)
  if (!to || !isOutermost) return
  event.preventDefault()
  to.focus()
}

function stopsOf(within: HTMLElement): HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>(STOPS)].filter((one) =>
    one.tabIndex >= 0 && !one.matches(':disabled') && (one.checkVisibility?.({ visibilityProperty: true }) ?? true))
}

/** The radio buttons of one group are one stop. */
function isSameChoice(one: Element | null, other: Element | undefined): boolean {
  const isChoice = one instanceof HTMLInputElement && one.type === 'radio' && one.name !== ''
  return isChoice && other instanceof HTMLInputElement && other.name === one.name
}

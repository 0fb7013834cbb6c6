/**
 * The keyboard in a tree: up and down through what is to be seen, right opens, left closes or goes up.
 *
 * Each line has the role `treeitem`, and opens, closes or is chosen by a click; the lines of a folder stand in a
 * `group` beside its own.
 */
export function moveInTree(event: KeyboardEvent): void {
  const here = event.target as HTMLElement
  if (here.getAttribute('role') !== 'treeitem') return
  const act = KEYS[event.key]
  if (!act) return
  event.preventDefault()
  event.stopPropagation()
  act(here)
}

const KEYS: Record<string, (here: HTMLElement) => void> = {
  'ArrowDown': (here) => step(here, 1),
  'ArrowUp': (here) => step(here, -1),
  'Home': (here) => lines(here)[0]?.focus(),
  'End': (here) => lines(here).at(-1)?.focus(),
  'ArrowRight': (here) => (here.ariaExpanded === 'false' ? press(here) : here.ariaExpanded && step(here, 1)),
  'ArrowLeft': (here) => (here.ariaExpanded === 'true' ? press(here) : parent(here)?.focus()),
  'Enter': press,
  ' ': press,
}

const lines = (here: HTMLElement) =>
  [...here.closest('[role=tree]')!.querySelectorAll<HTMLElement>('[role=treeitem]')]

function step(here: HTMLElement, by: number) {
  const all = lines(here)
  all[all.indexOf(here) + by]?.focus()
}

/** The line of the folder that a line stands in. */
const parent = (here: HTMLElement) =>
  here.closest('[role=group]')?.parentElement?.querySelector<HTMLElement>(':scope > [role=treeitem]')

function press(here: HTMLElement) {
  (here.querySelector<HTMLElement>('[data-act]') ?? here).click()
}

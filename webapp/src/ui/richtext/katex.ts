import 'katex/dist/katex.min.css'
import { render } from 'katex'

/** Typesets LaTeX into an element; what cannot be read is shown as it was written. */
export function typeset(latex: string, into: HTMLElement, displayMode: boolean): void {
  render(latex, into, { displayMode, throwOnError: false, errorColor: 'var(--danger)', trust: false })
}

/** Formulas in a text: typeset by KaTeX, which is loaded with the first of them. */
export async function showFormula(latex: string, into: HTMLElement, displayMode: boolean): Promise<void> {
  into.textContent = latex
  if (!latex) return
  try {
    const { typeset } = await import('./katex')
    typeset(latex, into, displayMode)
  } catch {
    into.textContent = latex // offline before it was ever loaded: readable all the same
  }
}

/** Typesets every formula below an element. */
export function showFormulas(below: ParentNode): void {
  for (const place of below.querySelectorAll<HTMLElement>('[data-latex]')) {
    void showFormula(place.dataset.latex ?? '', place, place.dataset.type === 'block-math')
  }
}

import { InputRule, mergeAttributes, Node, type Editor, type NodeViewRenderer } from '@tiptap/core'
import { showFormula } from './math'

/** Opens a formula for editing; `at` is its place in the text. */
export type EditFormula = (latex: string, at: number) => void

const LATEX = {
  default: '',
  parseHTML: (element: HTMLElement) => element.getAttribute('data-latex') ?? element.textContent,
  renderHTML: ({ latex }: Record<string, unknown>) => ({ 'data-latex': latex }),
}

/** Opens the formula that is selected, for Enter. */
function editSelected(editor: Editor, name: string, edit: EditFormula): boolean {
  const { selection, doc } = editor.state
  const node = doc.nodeAt(selection.from)
  if (node?.type.name !== name || selection.to - selection.from !== node.nodeSize) return false
  edit(String(node.attrs.latex), selection.from)
  return true
}

const view = (displayMode: boolean, edit: EditFormula): NodeViewRenderer => ({ node, getPos }) => {
  const dom = document.createElement(displayMode ? 'div' : 'span')
  dom.className = displayMode ? 'formula-block' : 'formula-inline'
  let latex = String(node.attrs.latex)
  void showFormula(latex, dom, displayMode)
  dom.addEventListener('click', () => edit(latex, getPos() ?? 0))
  return {
    dom,
    update: (next) => {
      if (next.type !== node.type) return false
      latex = String(next.attrs.latex)
      void showFormula(latex, dom, displayMode)
      return true
    },
    ignoreMutation: () => true,
  }
}

/** A formula in a line, stored as `<span data-type="inline-math" data-latex="…">`; typed as `$$…$$`. */
export const inlineFormula = (edit: EditFormula) => Node.create({
  name: 'inlineMath',
  group: 'inline',
  inline: true,
  atom: true,
  addAttributes: () => ({ latex: LATEX }),
  parseHTML: () => [{ tag: 'span[data-type="inline-math"]' }],
  renderHTML: ({ HTMLAttributes }) => ['span', mergeAttributes(HTMLAttributes, { 'data-type': 'inline-math' })],
  addNodeView: () => view(false, edit),
  addKeyboardShortcuts() {
    return { Enter: () => editSelected(this.editor, this.name, edit) }
  },
  addInputRules() {
    return [new InputRule({
      find: /\$\$([^$\n]+)\$\$$/,
      handler: ({ state, range, match }) => {
        state.tr.replaceWith(range.from, range.to, this.type.create({ latex: match[1] }))
      },
    })]
  },
})

/** A formula in a line of its own, stored as `<div data-type="block-math" data-latex="…">`. */
export const blockFormula = (edit: EditFormula) => Node.create({
  name: 'blockMath',
  group: 'block',
  atom: true,
  addAttributes: () => ({ latex: LATEX }),
  parseHTML: () => [{ tag: 'div[data-type="block-math"]' }],
  renderHTML: ({ HTMLAttributes }) => ['div', mergeAttributes(HTMLAttributes, { 'data-type': 'block-math' })],
  addNodeView: () => view(true, edit),
  addKeyboardShortcuts() {
    return { Enter: () => editSelected(this.editor, this.name, edit) }
  },
})

import type { Editor } from '@tiptap/core'
import { ref } from 'vue'

type Asked = { kind: 'link' } | { kind: 'formula', at: number }

/** The line beside a text in which one types where a link leads, or a formula's LaTeX. */
export function usePrompt(editor: () => Editor | undefined) {
  const asked = ref<Asked>()
  const text = ref('')

  function askLink() {
    text.value = String(editor()?.getAttributes('link').href ?? '')
    asked.value = { kind: 'link' }
  }

  function askFormula(latex: string, at: number) {
    if (!editor()?.isEditable) return
    text.value = latex
    asked.value = { kind: 'formula', at }
  }

  /** Puts an empty formula where the cursor is, and asks what it says. */
  function addFormula(name: 'inlineMath' | 'blockMath') {
    const now = editor()
    if (!now) return
    now.chain().insertContent({ type: name, attrs: { latex: '' } }).run()
    const at = placeBefore(now, name)
    if (at !== undefined) askFormula('', at)
  }

  /** A formula is typeset while its LaTeX is typed. */
  function type(words: string) {
    text.value = words
    if (asked.value?.kind === 'formula') setLatex(asked.value.at, words)
  }

  function setLatex(at: number, latex: string) {
    editor()?.commands.command(({ tr }) => {
      tr.setNodeAttribute(at, 'latex', latex)
      return true
    })
  }

  function done() {
    const now = editor()
    const was = asked.value
    asked.value = undefined
    if (!now || !was) return
    if (!text.value.trim()) return remove(was)
    if (was.kind === 'link') now.chain().focus().extendMarkRange('link').setLink({ href: text.value.trim() }).run()
    else now.commands.focus(was.at + 1)
  }

  function remove(was = asked.value) {
    const now = editor()
    asked.value = undefined
    if (!now || !was) return
    if (was.kind === 'link') now.chain().focus().extendMarkRange('link').unsetLink().run()
    else now.chain().deleteRange({ from: was.at, to: was.at + 1 }).focus(was.at).run()
  }

  return { asked, text, askLink, askFormula, addFormula, type, done, remove }
}

/** Where the formula stands that was put in last: before the cursor, or at it. */
function placeBefore({ state }: Editor, name: string): number | undefined {
  const from = state.selection.from
  return [from, from - 1, from - 2].find((at) => at >= 0 && state.doc.nodeAt(at)?.type.name === name)
}

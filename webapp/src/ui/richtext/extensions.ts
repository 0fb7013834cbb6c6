import type { Extensions } from '@tiptap/core'
import { Subscript } from '@tiptap/extension-subscript'
import { Superscript } from '@tiptap/extension-superscript'
import { TableKit } from '@tiptap/extension-table'
import { Placeholder } from '@tiptap/extensions'
import { StarterKit } from '@tiptap/starter-kit'
import { blockFormula, inlineFormula, type EditFormula } from './formulaNodes'
import { pictures } from './pictures'

/** What a text may hold. */
export function textExtensions(placeholder: string, edit: EditFormula): Extensions {
  return [
    StarterKit.configure({
      heading: { levels: [2, 3, 4] },
      link: { openOnClick: false, autolink: true, defaultProtocol: 'https', HTMLAttributes: { target: null } },
      trailingNode: false,
    }),
    Subscript,
    Superscript,
    TableKit.configure({ table: { resizable: false } }),
    pictures,
    Placeholder.configure({ placeholder }),
    inlineFormula(edit),
    blockFormula(edit),
  ]
}

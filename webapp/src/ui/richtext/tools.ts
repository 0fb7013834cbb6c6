import {
  Bold, Code, Heading2, Heading3, Italic, List, ListOrdered, Subscript, Superscript, TextQuote, Underline,
} from '@lucide/vue'
import type { Editor } from '@tiptap/core'
import type { FunctionalComponent } from 'vue'

/** A button above a text. */
export interface Tool {
  label: string
  icon: FunctionalComponent
  shortcut?: string
  isOn: (editor: Editor) => boolean
  run: (editor: Editor) => void
}

const mark = (label: string, icon: FunctionalComponent, name: string, shortcut?: string): Tool => ({
  label, icon, ...(shortcut && { shortcut }),
  isOn: (editor) => editor.isActive(name),
  run: (editor) => editor.chain().focus().toggleMark(name).run(),
})

const heading = (label: string, icon: FunctionalComponent, level: 2 | 3): Tool => ({
  label, icon, shortcut: `Ctrl Alt ${level}`,
  isOn: (editor) => editor.isActive('heading', { level }),
  run: (editor) => editor.chain().focus().toggleHeading({ level }).run(),
})

/** Buttons in groups, from left to right. */
export const TOOLS: Tool[][] = [
  [heading('Heading', Heading2, 2), heading('Subheading', Heading3, 3)],
  [
    mark('Bold', Bold, 'bold', 'Ctrl B'), mark('Italic', Italic, 'italic', 'Ctrl I'),
    mark('Underline', Underline, 'underline', 'Ctrl U'),
    mark('Subscript', Subscript, 'subscript', 'Ctrl ,'), mark('Superscript', Superscript, 'superscript', 'Ctrl .'),
    mark('Code', Code, 'code', 'Ctrl E'),
  ],
  [
    {
      label: 'List', icon: List, shortcut: 'Ctrl Shift 8',
      isOn: (editor) => editor.isActive('bulletList'), run: (editor) => editor.chain().focus().toggleBulletList().run(),
    },
    {
      label: 'Numbered list', icon: ListOrdered, shortcut: 'Ctrl Shift 7',
      isOn: (editor) => editor.isActive('orderedList'), run: (editor) => editor.chain().focus().toggleOrderedList().run(),
    },
    {
      label: 'Quote', icon: TextQuote, shortcut: 'Ctrl Shift B',
      isOn: (editor) => editor.isActive('blockquote'), run: (editor) => editor.chain().focus().toggleBlockquote().run(),
    },
  ],
]

/** What can be done to the table that one is in; each `null` is a line between groups. */
export const TABLE_STEPS: ([label: string, run: (editor: Editor) => void] | null)[] = [
  ['Row above', (editor) => editor.chain().focus().addRowBefore().run()],
  ['Row below', (editor) => editor.chain().focus().addRowAfter().run()],
  ['Column before', (editor) => editor.chain().focus().addColumnBefore().run()],
  ['Column after', (editor) => editor.chain().focus().addColumnAfter().run()],
  null,
  ['Heading row', (editor) => editor.chain().focus().toggleHeaderRow().run()],
  ['Merge or split cells', (editor) => editor.chain().focus().mergeOrSplit().run()],
  null,
  ['Delete row', (editor) => editor.chain().focus().deleteRow().run()],
  ['Delete column', (editor) => editor.chain().focus().deleteColumn().run()],
  ['Delete table', (editor) => editor.chain().focus().deleteTable().run()],
]

export const newTable = (editor: Editor) => editor.chain().focus().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run()

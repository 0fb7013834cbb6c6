/** A column of the grid: the field it fills and how spreadsheets call it. */
export interface GridColumn {
  field: string
  title: string
  width: number
  mono?: boolean
  /** Other heads under which such cells are pasted, in lower case. */
  also?: string[]
}

export type GridRow = Record<string, string>

/** Cells as a spreadsheet puts them on the clipboard: tabs and lines, quotes around cells that hold either. */
export function pastedCells(text: string): string[][] {
  const cells: string[][] = [[]]
  const pattern = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r\n|\n|\r|$)/y
  while (pattern.lastIndex < text.length) {
    const [, quoted, plain = '', end] = pattern.exec(text) ?? takeRest(text, pattern)
    cells.at(-1)!.push((quoted?.replaceAll('""', '"') ?? plain).trim())
    if (end === '\t' && pattern.lastIndex === text.length) cells.at(-1)!.push('')
    if (end && end !== '\t') cells.push([])
  }
  return cells.filter((row) => row.length > 0)
}

/** A quote that is never closed is a plain character. */
function takeRest(text: string, pattern: RegExp): [string, undefined, string, string] {
  const start = pattern.lastIndex
  const end = /[\t\r\n]/.exec(text.slice(start))
  const length = end ? end.index : text.length - start
  pattern.lastIndex = start + length + (end ? 1 : 0)
  return ['', undefined, text.slice(start, start + length), end?.[0] ?? '']
}

/** The fields of pasted columns, if the first row is heads that we know; at least two, or the only one. */
export function fieldsByHead(head: readonly string[], columns: readonly GridColumn[]): (string | undefined)[] | undefined {
  const fields = head.map((text) => {
    const words = text.toLowerCase().replaceAll('_', ' ').trim()
    return columns.find(({ field, title, also }) =>
      [field.toLowerCase().replaceAll('_', ' '), title.toLowerCase(), ...(also ?? [])].includes(words))?.field
  })
  const known = fields.filter(Boolean).length
  return known >= Math.min(2, head.length) ? fields : undefined
}

/** Heads of pasted columns that no field of the grid takes, where others are known. */
export function headsLeftOut(head: readonly string[], columns: readonly GridColumn[]): string[] {
  const fields = fieldsByHead(head, columns) ?? []
  return head.filter((text, place) => fields.length && !fields[place] && text)
}

/** The grid after cells were pasted at a row and column; heads, if any, say where each column goes. */
export function withPasted(
  rows: readonly GridRow[], columns: readonly GridColumn[], cells: readonly string[][], at: { row: number, column: number },
): GridRow[] {
  const byHead = fieldsByHead(cells[0] ?? [], columns)
  const body = byHead ? cells.slice(1) : cells
  const fields = byHead ?? columns.slice(at.column).map(({ field }) => field)
  const next = rows.map((row) => ({ ...row }))
  body.forEach((line, place) => {
    const row = (next[at.row + place] ??= {})
    line.forEach((cell, column) => {
      const field = fields[column]
      if (field) row[field] = cell
    })
  })
  return next
}

export const isBlank = (row: GridRow | undefined) => !row || Object.values(row).every((cell) => !cell.trim())

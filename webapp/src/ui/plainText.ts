const BREAKS = 'p, div, li, tr, h1, h2, h3, h4, blockquote'

/** The words of a rich text, a line for each paragraph; nothing of it is run or loaded. */
export function plainText(html: string): string {
  const page = new DOMParser().parseFromString(html, 'text/html')
  for (const silent of page.querySelectorAll('script, style')) silent.remove()
  for (const line of page.querySelectorAll('br')) line.replaceWith('\n')
  for (const block of page.querySelectorAll(BREAKS)) block.append('\n')
  return (page.body.textContent ?? '').replace(/\n{2,}/g, '\n').trim()
}

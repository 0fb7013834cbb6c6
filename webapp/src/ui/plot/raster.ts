interface Size {
  width: number
  height: number
}

const PAUSE_MS = 120
const MOST_TRIES = 10

/**
 * A drawing as a PNG, `finer` times as fine as it is large.
 *
 * Browsers draw such pictures without the page's letters, so these are put into the drawing first. They read them
 * a moment after the drawing, and tell nobody: it is drawn until it changes no more.
 */
export async function rastered(svg: string, { width, height }: Size, finer: number): Promise<string> {
  const { PICTURE_FONTS } = await import('./pictureFonts')
  const picture = new Image(width, height)
  picture.src = `data:image/svg+xml,${encodeURIComponent(withStyle(svg, PICTURE_FONTS))}`
  await picture.decode()
  const canvas = document.createElement('canvas')
  canvas.width = width * finer
  canvas.height = height * finer
  const paper = canvas.getContext('2d')!
  let last = ''
  for (let tried = 0; tried < MOST_TRIES; tried += 1) {
    paper.drawImage(picture, 0, 0, canvas.width, canvas.height)
    const now = canvas.toDataURL('image/png')
    if (now === last) break
    last = now
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  return last
}

/** A drawing with a style of its own, right after it opens. */
const withStyle = (svg: string, style: string) => svg.replace(/<svg[^>]*>/, (start) => `${start}<style>${style}</style>`)

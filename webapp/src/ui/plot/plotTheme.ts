/** How a plot looks on this page, in colours that a drawing library understands. */
export interface PlotTheme {
  font: string
  text: string
  muted: string
  grid: string
  line: string
  ground: string
  accent: string
  /** For curves, in their order; told apart with any colour vision. */
  series: string[]
}

const SERIES = 8

/** The tokens as they are now, or as they are in light: pictures for papers are made on white. */
export function plotTheme(scheme?: 'light'): PlotTheme {
  const probe = document.createElement('span')
  if (scheme) probe.style.colorScheme = scheme
  document.body.append(probe)
  const colour = (token: string) => {
    probe.style.color = `var(${token})`
    return getComputedStyle(probe).color
  }
  const theme = {
    font: getComputedStyle(document.body).fontFamily,
    text: colour('--text'),
    muted: colour('--text-muted'),
    grid: colour('--line'),
    line: colour('--line-strong'),
    ground: colour('--surface'),
    accent: colour('--accent'),
    series: Array.from({ length: SERIES }, (_, index) => colour(`--series-${index + 1}`)),
  }
  probe.remove()
  return theme
}

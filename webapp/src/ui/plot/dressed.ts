/** A figure as the server sends it, dressed in the page's type and colours. */
import type { Config, Data, Layout } from 'plotly.js'
import { typeset } from './axes'
import { sequence, themed } from './colours'
import type { PlotTheme } from './plotTheme'
import { steady, values } from './values'

type Loose = Record<string, unknown>

/** What the server draws: traces and axes, without any look. */
export interface PlainFigure {
  data: Loose[]
  layout: Loose
}

export interface Frame {
  width: number
  height: number
  /** A finger scrolls the page over the plot instead of selecting in it. */
  still?: boolean
}

const NARROW = 560
const LEGEND_ROWS = 8

export const CONFIG: Partial<Config> = { displayModeBar: false, doubleClick: 'reset', scrollZoom: false, showTips: false }

export function dressed(figure: PlainFigure, theme: PlotTheme, frame: Frame): { data: Data[], layout: Partial<Layout> } {
  const colours = coloursOf(figure.data, theme)
  const data = figure.data.map((trace, index) => dressedTrace(trace, colours[index]!, theme))
  return { data: data as Data[], layout: dressedLayout(figure, theme, frame) as Partial<Layout> }
}

/** One colour for each trace; those of one legend group share theirs. */
function coloursOf(traces: Loose[], theme: PlotTheme): string[] {
  const groups = [...new Set(traces.map(groupOf))]
  const scale = groups.length > theme.series.length ? sequence(groups.length, theme.ground) : theme.series
  return traces.map((trace, index) => scale[groups.indexOf(groupOf(trace, index))] ?? theme.text)
}

const groupOf = (trace: Loose, index: number) => (typeof trace.legendgroup === 'string' ? trace.legendgroup : `#${index}`)

function dressedTrace(trace: Loose, fallback: string, theme: PlotTheme): Loose {
  const type = trace.type === 'scattergl' ? 'scatter' : trace.type
  if (!['scatter', 'bar', undefined].includes(type as string)) return dressedMap(trace, theme)
  const line = loose(trace.line)
  const marker = loose(trace.marker)
  const asked = [line.color, marker.color].find((colour) => typeof colour === 'string')
  const colour = typeof asked === 'string' ? themed(asked, theme.series, theme.ground) : fallback
  const coloured = typeof marker.color === 'object' ? marker : { ...marker, color: colour }
  return {
    ...trace, type, hoverinfo: 'none', hovertemplate: undefined,
    marker: marker.showscale ? { ...coloured, colorbar: colourBar(loose(marker.colorbar), theme) } : coloured,
    ...(type === 'bar' ? {} : { line: { width: 1.25, ...line, color: colour } }),
  }
}

function dressedMap(trace: Loose, theme: PlotTheme): Loose {
  return {
    ...trace, hoverinfo: 'none', colorscale: trace.colorscale ?? 'Viridis', colorbar: colourBar(loose(trace.colorbar), theme),
  }
}

function colourBar(bar: Loose, theme: PlotTheme): Loose {
  return {
    thickness: 10, outlinewidth: 0, ticks: 'outside', ticklen: 3, tickcolor: theme.line, exponentformat: 'power', minexponent: 5, ...bar,
    tickfont: { color: theme.muted, size: 11 },
    title: { side: 'right', ...loose(bar.title), font: { color: theme.muted, size: 12 } },
  }
}

function dressedLayout({ data, layout }: PlainFigure, theme: PlotTheme, frame: Frame): Loose {
  const axes = Object.entries(layout).filter(([name]) => /^[xy]axis\d*$/.test(name))
  const x = axisKey(loose(layout.xaxis))
  const dressedAxes = axes.map(([name, axis]) =>
    [name, dressedAxis(loose(axis), theme, name.startsWith('x') ? x : undefined, x)])
  return {
    ...layout, ...Object.fromEntries(dressedAxes),
    meta: undefined, template: undefined,
    width: frame.width, height: frame.height,
    margin: { l: 48, r: 16, t: 12, b: 40, ...loose(layout.margin) },
    paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
    font: { family: theme.font, size: 12, color: theme.muted },
    hovermode: isSpectrum(data) ? 'x' : 'closest', hoverdistance: -1,
    dragmode: frame.still ? false : 'zoom',
    legend: legend(legendRows(data), theme, frame),
    uirevision: 'kept',
    modebar: { remove: ['logo'] },
  }
}

/** Curves with one value at each place: the pointer's x says what is meant. Loops go by what is nearest. */
function isSpectrum(traces: Loose[]): boolean {
  return traces.every(({ type, x }) => (type === 'scatter' || type === 'scattergl') && steady(values(x)))
}

const legendRows = (data: Loose[]) => data.filter((trace) => trace.showlegend !== false).length

function legend(rows: number, theme: PlotTheme, { width }: Frame): Loose {
  const look = { font: { size: 12, color: theme.text }, bgcolor: 'rgba(0,0,0,0)', tracegroupgap: 0 }
  if (rows > LEGEND_ROWS && width > NARROW) return { ...look, x: 1.02, xanchor: 'left', y: 1, yanchor: 'top' }
  return { ...look, orientation: 'h', x: 0, xanchor: 'left', y: 1.01, yanchor: 'bottom' }
}

function dressedAxis(axis: Loose, theme: PlotTheme, ownX: string | undefined, x: string): Loose {
  const title = loose(axis.title)
  return {
    showgrid: axis.overlaying === undefined, zeroline: false, showline: ownX !== undefined, ...axis,
    title: { standoff: 8, ...title, text: typeset(titleOf(axis)), font: { size: 12, color: theme.text } },
    gridcolor: theme.grid, linecolor: theme.line, tickcolor: theme.line, tickfont: { size: 11, color: theme.muted },
    ticks: 'outside', ticklen: 4, automargin: true, exponentformat: 'power', minexponent: 5,
    tickmode: 'auto',
    ...(axis.type === 'log' ? { nticks: 6 } : {}),
    // What one has zoomed into stays while the axes mean the same.
    uirevision: ownX ?? `${x} ${axisKey(axis)}`,
  }
}

/** Says whether two axes mean the same. */
export const axisKey = (axis: Loose) => `${titleOf(axis)} ${axis.type ?? 'linear'}`

export function titleOf(axis: Loose): string {
  const text = typeof axis.title === 'string' ? axis.title : loose(axis.title).text
  return typeof text === 'string' ? text : ''
}

export function loose(value: unknown): Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {}
}

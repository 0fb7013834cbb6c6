import type Plotly from 'plotly.js'

let loading: Promise<typeof Plotly> | undefined

/** The drawing library, which comes with the first plot; whoever will plot soon may ask ahead. */
export function loadPlotly(): Promise<typeof Plotly> {
  loading ??= import('plotly.js-cartesian-dist-min').then((module) => module.default)
  // Lost on the way: the next plot asks again.
  loading.catch(() => { loading = undefined })
  return loading
}

/** Parts of an axis, in the axis' own numbers (decades where it is logarithmic); ends in the order in which they are drawn. */
export type Span = readonly [from: number, to: number]

/** The span scaled about a point of it, which lies at `share` of it, 0 at its start, and comes to lie at `then`. */
export function scaled([from, to]: Span, factor: number, share = 0.5, then = share): Span {
  const fixed = from + (to - from) * share
  const length = (to - from) * factor
  return [fixed - length * then, fixed + length * (1 - then)]
}

export function moved([from, to]: Span, share: number): Span {
  const step = (to - from) * share
  return [from + step, to + step]
}

/** Whether one span shows all of another: there is nothing left to zoom out to. */
export function covers(outer: Span, inner: Span): boolean {
  const slack = Math.abs(inner[1] - inner[0]) * 1e-6
  return Math.min(...outer) <= Math.min(...inner) + slack && Math.max(...outer) >= Math.max(...inner) - slack
}

/** A span in the units of the data, the smaller end first. */
export function inData([from, to]: Span, logarithmic: boolean): [low: number, high: number] {
  const ends = logarithmic ? [10 ** from, 10 ** to] : [from, to]
  return [Math.min(...ends), Math.max(...ends)]
}

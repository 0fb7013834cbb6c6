import { axisWords, coordinate, minus, scientific } from './axes'
import { loose, titleOf, type PlainFigure } from './dressed'

interface HoverAxis {
  _id: string
  _offset: number
  /** Pixels from the axis' start for a value. */
  d2p: (value: unknown) => number
  range: [number, number]
  type: string
}

/** The part of a hover event's point that is read here. */
export interface HoverPoint {
  x: unknown
  y: unknown
  z?: unknown
  /** What else it was measured at. */
  customdata?: unknown
  data: { name?: string }
  curveNumber: number
  xaxis: HoverAxis
  yaxis: HoverAxis
}

export interface Reading {
  name: string
  values: { quantity: string, value: string, unit: string }[]
}

/** Where a point is drawn, in pixels from the plot's corner. */
export const placeOf = ({ x, y, xaxis, yaxis }: HoverPoint) =>
  ({ left: xaxis._offset + xaxis.d2p(x), top: yaxis._offset + yaxis.d2p(y) })

/** Of points at one place, that whose value is nearest to the pointer's. */
export function nearest(points: HoverPoint[], y: number): HoverPoint | undefined {
  const distance = (point: HoverPoint) => (Number.isFinite(y) ? Math.abs(Number(point.y) - y) : 0)
  return points.reduce<HoverPoint | undefined>((best, one) => (best && distance(best) <= distance(one) ? best : one), undefined)
}

/** What lies under the pointer, in words: quantity, number, unit. */
export function reading(point: HoverPoint, { data, layout }: PlainFigure): Reading {
  const values = [value(point.x, point.xaxis, layout), value(point.y, point.yaxis, layout)]
  if (typeof point.z === 'number') values.push({ quantity: 'z', value: number(point.z), unit: '' })
  const unit = unitOfMore(data[point.curveNumber])
  if (unit && typeof point.customdata === 'number') values.unshift({ quantity: '', value: number(point.customdata), unit })
  return { name: data.length > 1 ? (point.data.name ?? '') : '', values }
}

/** `%{customdata:.4~g} Hz<br>…` says in which unit a curve tells one more number of each point. */
const unitOfMore = (trace: Record<string, unknown> | undefined) =>
  /^%\{customdata[^}]*\} ([^<\s]+)/.exec(String(trace?.hovertemplate ?? ''))?.[1]

function value(raw: unknown, axis: HoverAxis, layout: PlainFigure['layout']) {
  const words = axisWords(titleOf(loose(layout[`${axis._id[0]}axis${axis._id.slice(1)}`])))
  if (typeof raw !== 'number') return { ...words, value: String(raw) }
  return { ...words, value: axis.type === 'linear' ? coordinate(raw, axis.range[1] - axis.range[0]) : number(raw) }
}

const DIGITS = 5

function number(raw: number): string {
  const size = Math.abs(raw)
  return minus(size !== 0 && (size >= 1e6 || size < 1e-3) ? scientific(raw) : String(Number(raw.toPrecision(DIGITS))))
}

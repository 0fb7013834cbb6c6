import type { PlotlyHTMLElement } from 'plotly.js'
import { covers, inData, moved, scaled, type Span } from './zoom'

interface DrawnAxis {
  range: [number, number]
  autorange?: boolean | string
  type: string
  _offset: number
  _length: number
}
export type Drawn = PlotlyHTMLElement & { _fullLayout?: { xaxis?: DrawnAxis, yaxis?: DrawnAxis } }
type Change = (change: Record<string, unknown>) => void

/** A wheel that began to turn elsewhere goes on scrolling the page. */
const ONE_TURN_MS = 300
const WHEEL = 0.0015
const KEY_FACTOR = 0.7
const KEY_STEP = 0.2

let turnedAt = 0
let turnedOver: EventTarget | null = null

interface Pinch {
  span: Span
  /** Between the fingers [px]. */
  apart: number
  /** Where their middle lies on the axis, 0 at its start. */
  share: number
}

/** Wheel, keys and two fingers: they change what the x axis shows; y stays as it is until all is shown again. */
export function useZoom(plot: () => Drawn | undefined, change: Change, backwards: () => boolean) {
  let whole: Span | undefined
  let pinched: Pinch | undefined

  const axis = () => plot()?._fullLayout?.xaxis
  const auto = () => !!axis()?.autorange && axis()?.autorange !== 'min' && axis()?.autorange !== 'max'
  const numeric = () => axis()?.type === 'linear' || axis()?.type === 'log'

  function show(span: Span) {
    if (whole && covers(span, whole)) return reset()
    const held = plot()?._fullLayout?.yaxis?.range
    change({ 'xaxis.range': [...span], ...(held ? { 'yaxis.range': [...held] } : {}) })
  }

  function reset() {
    change({ 'xaxis.autorange': backwards() ? 'reversed' : true, 'yaxis.autorange': true })
  }

  /** What the axis shows, in the units of the data; `null` when it shows all. */
  function shown(): [low: number, high: number] | null {
    const drawn = axis()
    if (!drawn || !numeric()) return null
    if (auto()) {
      whole = [...drawn.range]
      return null
    }
    return inData(drawn.range, drawn.type === 'log')
  }

  function turn(event: WheelEvent) {
    const here = event.currentTarget
    const going = event.timeStamp - turnedAt < ONE_TURN_MS && turnedOver !== here
    turnedAt = event.timeStamp
    const drawn = axis()
    if (going || !drawn || !numeric() || (auto() && event.deltaY > 0) || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return
    turnedOver = here
    event.preventDefault()
    event.stopPropagation()
    if (auto()) whole = [...drawn.range]
    const share = Math.min(Math.max(shareOf(event.clientX, drawn), 0), 1)
    show(scaled(drawn.range, Math.exp(event.deltaY * (event.deltaMode ? 16 : 1) * WHEEL), share))
  }

  const shareOf = (x: number, drawn: DrawnAxis) =>
    (x - plot()!.getBoundingClientRect().left - drawn._offset) / drawn._length

  /** What lay between two fingers stays between them. */
  function pinch(event: TouchEvent) {
    const drawn = axis()
    const [one, two] = event.touches
    if (!drawn || !numeric() || !one || !two) return void (pinched = undefined)
    if (event.cancelable) event.preventDefault()
    event.stopPropagation()
    const apart = Math.max(Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY), 1)
    const share = shareOf((one.clientX + two.clientX) / 2, drawn)
    if (auto()) whole = [...drawn.range]
    if (!pinched) pinched = { span: [...drawn.range], apart, share }
    else show(scaled(pinched.span, pinched.apart / apart, pinched.share, share))
  }

  function key(event: KeyboardEvent) {
    const drawn = axis()
    if (!drawn || !numeric() || event.ctrlKey || event.metaKey || event.altKey) return
    const acts: Record<string, () => void> = {
      '+': () => show(scaled(drawn.range, KEY_FACTOR)),
      '=': () => show(scaled(drawn.range, KEY_FACTOR)),
      '-': () => show(scaled(drawn.range, 1 / KEY_FACTOR)),
      'ArrowLeft': () => { if (!auto()) show(moved(drawn.range, -KEY_STEP)) },
      'ArrowRight': () => { if (!auto()) show(moved(drawn.range, KEY_STEP)) },
      '0': reset,
    }
    const act = acts[event.key]
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    if (auto()) whole = [...drawn.range]
    act()
  }

  return { turn, key, pinch, reset, shown }
}

/** Every turn of a wheel anywhere, so that a plot knows whether it began over itself. */
if (typeof window !== 'undefined') {
  window.addEventListener('wheel', (event) => {
    if (event.defaultPrevented) return
    turnedAt = event.timeStamp
    turnedOver = null
  }, { passive: true })
}

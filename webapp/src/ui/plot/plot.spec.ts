import { expect, it } from 'vitest'
import { axisWords, coordinate, typeset, withUnit } from './axes'
import { readable, themed } from './colours'
import { dressed } from './dressed'
import { nearest, reading, type HoverPoint } from './readout'
import { steady, values } from './values'
import { covers, inData, scaled } from './zoom'

const THEME = {
  font: 'Inter', text: '#111111', muted: '#555555', grid: '#eeeeee', line: '#cccccc', ground: 'rgb(255, 255, 255)', accent: '#0b6e6e',
  series: ['red', 'green', 'blue'],
}
const FRAME = { width: 800, height: 400 }

it('tells a quantity from its unit, also where the unit has parentheses', () => {
  expect(axisWords('Intensity (counts)')).toEqual({ quantity: 'Intensity', unit: 'counts' })
  expect(axisWords('δ(¹H) (ppm)')).toEqual({ quantity: 'δ(¹H)', unit: 'ppm' })
  expect(axisWords('Voltage (V vs Li/Li⁺)')).toEqual({ quantity: 'Voltage', unit: 'V vs Li/Li⁺' })
  expect(axisWords('Cycle')).toEqual({ quantity: 'Cycle', unit: '' })
})

it('sets signs of quantities in italics', () => {
  expect(typeset('2θ (°)')).toBe('2<i>θ</i> (°)')
  expect(typeset('−Im(Z) (Ω)')).toBe('−Im(<i>Z</i>) (Ω)')
  expect(typeset('dQ/dV (mAh/V)')).toBe('d<i>Q</i>/d<i>V</i> (mAh/V)')
})

it('gives coordinates as many digits as the screen can tell apart', () => {
  expect(coordinate(35.239_17, 120)).toBe('35.24')
  expect(coordinate(35.239_17, 0.5)).toBe('35.2392')
  expect(coordinate(-2_500_000, 1e7)).toBe('−2.5·10⁶')
  expect(withUnit('35.24', '°')).toBe('35.24°')
})

it('gives traces of one legend group one colour', () => {
  const { data } = dressed({
    data: [
      { type: 'scatter', legendgroup: 'a', x: [], y: [] }, { type: 'scatter', legendgroup: 'a', x: [], y: [], yaxis: 'y2' },
      { type: 'scatter', legendgroup: 'b', x: [], y: [] },
    ],
    layout: { xaxis: {}, yaxis: {} },
  }, THEME, FRAME)
  expect(data.map((trace) => (trace as { line: { color: string } }).line.color)).toEqual(['red', 'red', 'green'])
})

it('keeps the zoom of an axis for as long as it means the same', () => {
  const axis = (title: string) => dressed(
    { data: [], layout: { xaxis: { title: { text: title } }, yaxis: {} } }, THEME, FRAME,
  ).layout.xaxis as { uirevision: string }
  expect(axis('2θ (°)').uirevision).toBe(axis('2θ (°)').uirevision)
  expect(axis('2θ (°)').uirevision).not.toBe(axis('Q (Å⁻¹)').uirevision)
})

it('shows known colours in the theme’s own form, and lifts dark ones from a dark ground', () => {
  expect(themed('#0072B2', THEME.series, THEME.ground)).toBe('red')
  expect(readable('rgb(0, 0, 0)', 'rgb(255, 255, 255)')).toBe('rgb(0, 0, 0)')
  expect(readable('rgb(68, 1, 84)', 'rgb(18, 24, 28)')).not.toBe('rgb(68, 1, 84)')
})

it('unpacks typed arrays, and knows loops from curves', () => {
  const bdata = btoa(String.fromCharCode(...new Uint8Array(new Float32Array([1.5, 2.5, 4]).buffer)))
  expect([...Array.from(values({ dtype: 'f4', bdata }))]).toEqual([1.5, 2.5, 4])
  expect(steady([5, 4, 4, 1])).toBe(true)
  expect(steady([1, 2, 1])).toBe(false)
})

it('zooms about the pointer, on axes that run backwards and by decades', () => {
  expect(scaled([10, 0], 0.5, 0.25)).toEqual([8.75, 3.75])
  // two fingers half way along, twice as far apart, carried to the start: 5 stays under them
  expect(scaled([0, 10], 0.5, 0.5, 0)).toEqual([5, 10])
  expect(inData([1, -2], true)).toEqual([0.01, 10])
  expect(covers([12, -1], [10, 0])).toBe(true)
  expect(covers([8, -1], [10, 0])).toBe(false)
})

it('reads what is nearest to the pointer, with quantities and units', () => {
  const xaxis = { _id: 'x', _offset: 0, d2p: Number, range: [0, 100] as [number, number], type: 'linear' }
  const yaxis = { _id: 'y', _offset: 0, d2p: Number, range: [0, 1000] as [number, number], type: 'linear' }
  const point = (name: string, y: number): HoverPoint => ({ x: 35.24, y, data: { name }, curveNumber: 0, xaxis, yaxis })
  const found = nearest([point('first', 10), point('second', 900)], 800)!
  const figure = { data: [{}, {}], layout: { xaxis: { title: { text: '2θ (°)' } }, yaxis: { title: { text: 'Intensity (counts)' } } } }
  expect(reading(found, figure)).toEqual({
    name: 'second',
    values: [{ quantity: '2θ', value: '35.24', unit: '°' }, { quantity: 'Intensity', value: '900.0', unit: 'counts' }],
  })
})

it('reads what a point was measured at, and leaves the saying to the page', () => {
  const figure = {
    data: [{ x: [10], y: [5], type: 'scatter', customdata: [997.6], hovertemplate: '%{customdata:.4~g} Hz<br>%{x}, %{y} Ω' }],
    layout: { xaxis: { title: { text: 'Re(Z) (Ω)' } }, yaxis: { title: { text: '−Im(Z) (Ω)' } } },
  }
  const axis = (id: string) => ({ _id: id, _offset: 0, d2p: Number, range: [0, 20] as [number, number], type: 'linear' })
  const point = { x: 10, y: 5, data: {}, curveNumber: 0, customdata: 997.6, xaxis: axis('x'), yaxis: axis('y') }
  expect(reading(point, figure).values[0]).toEqual({ quantity: '', value: '997.6', unit: 'Hz' })
  expect(dressed(figure, THEME, FRAME).data[0]).toMatchObject({ hoverinfo: 'none', hovertemplate: undefined })
})

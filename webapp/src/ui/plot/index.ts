export { minus, superscript, withUnit } from './axes'
export type { PlainFigure } from './dressed'
export { default as PlotFigure } from './PlotFigure.vue'
export { useWidth } from './useWidth'

export { minus, superscript } from './axes'
export type { PlainFigure } from './dressed'
export { default as PlotFigure } from './PlotFigure.vue'

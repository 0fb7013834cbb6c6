export { routeOf, SECTIONS } from './sections'

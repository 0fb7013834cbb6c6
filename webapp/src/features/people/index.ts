export { useInfo, useMe } from './useMe'

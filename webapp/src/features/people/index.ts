export { useInfo, useMe } from './useMe'
export { useWho } from './useWho'

export { default as CommandPalette } from './CommandPalette.vue'
export type { Command } from './palette'

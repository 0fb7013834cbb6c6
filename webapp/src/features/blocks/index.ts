export { default as ItemBlocks } from './ItemBlocks.vue'

export { default as FileDropArea } from './FileDropArea.vue'
export { default as ItemFiles } from './ItemFiles.vue'

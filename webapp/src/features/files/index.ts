// The item's page wraps all of itself in `FileDropArea`: what is dropped anywhere on it is attached.
export { default as FileDropArea } from './FileDropArea.vue'
export { default as FilePicker } from './FilePicker.vue'
export { default as ItemFiles } from './ItemFiles.vue'
export { kindOf } from './kinds'
export { size } from './size'
export { useFileActs } from './useFileActs'
export { useItemAnswers } from './useItemAnswers'
export { useTechniques } from './useTechniques'

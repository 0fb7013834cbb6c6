export { default as NewCollection } from './NewCollection.vue'
export { useNewCollection } from './newCollection.store'
export { idFromTitle } from './idFromTitle'

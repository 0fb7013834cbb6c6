export { default as NewCollection } from './NewCollection.vue'
export { useNewCollection } from './newCollection.store'

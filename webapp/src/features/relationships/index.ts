export { default as ItemRelationships } from './ItemRelationships.vue'

import { defineStore } from 'pinia'
import { ref } from 'vue'

/** The dialog that makes a collection: open or not. */
export const useNewCollection = defineStore('new-collection', () => {
  const isOpen = ref(false)

  function open() {
    isOpen.value = true
  }

  return { isOpen, open }
})

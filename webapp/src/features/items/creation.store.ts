import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { ItemType } from '@/api/types'

export interface CreationStart {
  type?: ItemType
  /** Refcode of the item to copy from. */
  from?: string
  /** Collection to put it into. */
  collection?: string
  /** Starts with the grid for many. */
  many?: boolean
}

/** The dialog that makes items: open or not, and what it starts from. */
export const useCreation = defineStore('creation', () => {
  const isOpen = ref(false)
  const start = ref<CreationStart>({})

  function open(from: CreationStart = {}) {
    start.value = from
    isOpen.value = true
  }

  return { isOpen, start, open }
})

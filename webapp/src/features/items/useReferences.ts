import { provide } from 'vue'
import { useRouter } from 'vue-router'
import { listItems } from '@/api/items'
import { search } from '@/api/search'
import { itemPage } from './itemTypes'
import { REFERENCES } from '@/ui/richtext/references'

const SHOWN = 8

/** Lets texts below name items of the lab by `@`: those found by the words, or the latest. */
export function useReferences(): void {
  const router = useRouter()
  provide(REFERENCES, {
    async find(words, signal) {
      const { items } = words ? await search(words, SHOWN, signal) : await listItems({ limit: SHOWN }, signal)
      return items.map(({ refcode, type, item_id, name }) => ({ refcode, type, text: item_id, hint: name ?? undefined }))
    },
    address: (refcode) => router.resolve(itemPage(refcode)).href,
  })
}

import { useQueryClient } from '@tanstack/vue-query'
import { deleteItem, restoreItem } from '@/api/items'
import { Problem } from '@/api/problem'
import { toast } from '@/ui/toasts'

/** Hides items and offers to bring them back. */
export function useItemDeletion() {
  const queries = useQueryClient()
  const refresh = () => queries.invalidateQueries({ queryKey: ['items'] })

  async function each(refcodes: string[], act: (refcode: string) => Promise<unknown>): Promise<string[]> {
    const done: string[] = []
    for (const refcode of refcodes) {
      try {
        await act(refcode)
        done.push(refcode)
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        toast(error.message, { kind: 'error' })
      }
    }
    void refresh()
    return done
  }

  /** @returns the refcodes of those that are hidden now. */
  async function remove(refcodes: string[], name?: string): Promise<string[]> {
    const gone = await each(refcodes, deleteItem)
    if (gone.length) {
      toast(gone.length === 1 ? `${name ?? gone[0]} deleted.` : `${gone.length} items deleted.`, {
        action: { label: 'Undo', run: () => void each(gone, restoreItem) },
      })
    }
    return gone
  }

  return { remove }
}

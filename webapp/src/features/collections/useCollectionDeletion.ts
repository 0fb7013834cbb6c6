import { useQueryClient } from '@tanstack/vue-query'
import { deleteCollection, restoreCollection } from '@/api/collections'
import { Problem } from '@/api/problem'
import { toast } from '@/ui/toasts'

/** Hides collections, never their items, and offers to bring them back. */
export function useCollectionDeletion() {
  const queries = useQueryClient()

  async function each(ids: string[], act: (id: string) => Promise<unknown>): Promise<string[]> {
    const done: string[] = []
    for (const id of ids) {
      try {
        await act(id)
        done.push(id)
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        toast(error.message, { kind: 'error' })
      }
    }
    for (const queryKey of [['items'], ['collections']]) void queries.invalidateQueries({ queryKey })
    return done
  }

  /** @returns the ids of those that are hidden now. */
  async function remove(ids: string[]): Promise<string[]> {
    const gone = await each(ids, deleteCollection)
    if (gone.length) {
      toast(gone.length === 1 ? `${gone[0]} deleted; its items are kept.` : `${gone.length} collections deleted; their items are kept.`, {
        action: { label: 'Undo', run: () => void each(gone, restoreCollection) },
      })
    }
    return gone
  }

  return { remove }
}

import { useQueryClient, type InfiniteData } from '@tanstack/vue-query'
import { deleteItem, restoreItem } from '@/api/items'
import { Problem } from '@/api/problem'
import type { Page, Row } from '@/api/types'
import { toast } from '@/ui/toasts'

const LISTS = ['items', 'list']

/** Hides items and offers to bring them back. */
export function useItemDeletion() {
  const queries = useQueryClient()
  const refresh = () => queries.invalidateQueries({ queryKey: ['items'] })

  /** Takes rows out of the lists that are shown, before the server has answered. */
  async function hide(refcodes: readonly string[]) {
    await queries.cancelQueries({ queryKey: LISTS })
    queries.setQueriesData<InfiniteData<Page<Row>>>({ queryKey: LISTS }, (data) => data && ({
      ...data,
      pages: data.pages.map((page) => ({ ...page, items: page.items.filter(({ refcode }) => !refcodes.includes(refcode)) })),
    }))
  }

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
    await hide(refcodes)
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

import { useQueryClient, type Query } from '@tanstack/vue-query'
import type { Block, FileRecord, Item } from '@/api/types'

/** Puts what the server answered about a part of an item where all of the page sees it. */
export function useItemAnswers(refcode: () => string) {
  const queries = useQueryClient()
  /** An item may be asked for by its refcode with the lab's prefix or without. */
  const ofItem = {
    queryKey: ['item'],
    predicate: ({ state }: Query) => (state.data as Item | undefined)?.refcode === refcode(),
  }

  function change(changed: (item: Item) => Item) {
    // A look at the item that is still under way would bring back how it was.
    void queries.cancelQueries(ofItem as never)
    queries.setQueriesData<Item>(ofItem as never, (item) => item && changed(item))
  }

  /** Looks at the item anew, for its count of edits; lists follow when they are shown next. */
  function settle() {
    void queries.invalidateQueries(ofItem as never)
    void queries.invalidateQueries({ queryKey: ['items'] })
  }

  const withFiles = (item: Item, files: FileRecord[]): Item =>
    ({ ...item, files, file_ids: files.map(({ file_id }) => file_id) })

  function putFile(file: FileRecord) {
    change((item) => {
      const known = item.files.some(({ file_id }) => file_id === file.file_id)
      const files = known ? item.files.map((one) => (one.file_id === file.file_id ? file : one)) : [...item.files, file]
      return withFiles(item, files)
    })
  }

  const dropFile = (fileId: string) =>
    change((item) => withFiles(item, item.files.filter(({ file_id }) => file_id !== fileId)))

  /** A block as it is now; a new one stands at `index`, or at the end. */
  function putBlock(block: Block, index?: number) {
    change((item) => {
      const order = [...item.display_order]
      if (!order.includes(block.block_id)) order.splice(index ?? order.length, 0, block.block_id)
      return { ...item, blocks_obj: { ...item.blocks_obj, [block.block_id]: block }, display_order: order }
    })
  }

  function dropBlock(blockId: string) {
    change((item) => ({
      ...item,
      blocks_obj: Object.fromEntries(Object.entries(item.blocks_obj).filter(([id]) => id !== blockId)),
      display_order: item.display_order.filter((id) => id !== blockId),
    }))
  }

  const putOrder = (order: string[]) => change((item) => ({ ...item, display_order: order }))

  return { putFile, dropFile, putBlock, dropBlock, putOrder, settle }
}

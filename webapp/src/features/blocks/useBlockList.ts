import { addBlock, deleteBlock, orderBlocks, restoreBlock, type NewBlock } from '@/api/blocks'
import { Problem } from '@/api/problem'
import type { Block, Item } from '@/api/types'
import { useItemAnswers } from '@/features/files'
import { toast } from '@/ui/toasts'

/** Adding, ordering and deleting the blocks of an item; what goes wrong is said, and undone on the page. */
export function useBlockList(item: () => Item) {
  const answers = useItemAnswers(() => item().refcode)

  async function attempt<T>(act: () => Promise<T>, undo = () => {}): Promise<T | undefined> {
    try {
      const answer = await act()
      answers.settle()
      return answer
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      undo()
      toast(error.message, { kind: 'error' })
    }
  }

  const add = (block: NewBlock) => attempt(async () => {
    const added = await addBlock(item().refcode, block)
    answers.putBlock(added, block.index)
    return added
  })

  function remove(block: Block) {
    const place = item().display_order.indexOf(block.block_id)
    const back = () => answers.putBlock(block, place)
    answers.dropBlock(block.block_id)
    return attempt(async () => {
      await deleteBlock(item().refcode, block.block_id)
      const undo = { label: 'Undo', run: () => void restore(block.block_id, place) }
      toast(`“${block.title || 'Block'}” is deleted.`, { action: undo })
    }, back)
  }

  const restore = (blockId: string, place: number) =>
    attempt(async () => answers.putBlock(await restoreBlock(item().refcode, blockId), place))

  function order(now: string[]) {
    const before = item().display_order
    answers.putOrder(now)
    return attempt(() => orderBlocks(item().refcode, now), () => answers.putOrder(before))
  }

  return { add, remove, order }
}

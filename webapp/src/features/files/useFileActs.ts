import { useQueryClient } from '@tanstack/vue-query'
import { addBlock, type NewBlock } from '@/api/blocks'
import { attachFile, detachFile, restoreFile } from '@/api/files'
import { Problem } from '@/api/problem'
import type { FileRecord, Item } from '@/api/types'
import { toast } from '@/ui/toasts'
import { useItemAnswers } from './useItemAnswers'

/** What one does with a file of an item; what goes wrong is said, and nothing has changed then. */
export function useFileActs(item: () => Item) {
  const answers = useItemAnswers(() => item().refcode)
  const queries = useQueryClient()

  async function attempt<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await act()
      answers.settle()
      return answer
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      toast(error.message, { kind: 'error' })
    }
  }

  const attach = (fileId: string) => attempt(async () => answers.putFile(await attachFile(item().refcode, fileId)))

  const detach = (file: FileRecord) => attempt(async () => {
    await detachFile(item().refcode, file.file_id)
    // Blocks that show it still name it; whether it may be seen elsewhere is asked anew.
    queries.setQueryData(['file', file.file_id], file, { updatedAt: 1 })
    answers.dropFile(file.file_id)
    toast(`${file.name} is detached.`, { action: { label: 'Undo', run: () => void reattach(file.file_id) } })
  })

  const reattach = (fileId: string) => attempt(async () => answers.putFile(await restoreFile(item().refcode, fileId)))

  /** Adds a block that shows the file, and brings it into sight. */
  const plot = (block: NewBlock) => attempt(async () => {
    const added = await addBlock(item().refcode, block)
    answers.putBlock(added)
    requestAnimationFrame(() => document.getElementById(`block-${added.block_id}`)?.scrollIntoView({ block: 'start' }))
  })

  return { attach, detach, reattach, plot }
}

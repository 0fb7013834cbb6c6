import { useQueryClient } from '@tanstack/vue-query'
import { computed, ref, shallowRef } from 'vue'
import { beginImport, lookAtInventory, saveMapping, uploadInventory } from '@/api/inventory'
import type { InventoryColumns, InventoryFile, Job } from '@/api/types'
import { CHEMINVENTORY, claimedTwice, columnsOf } from './inventory'
import { useActs } from './useActs'

/**
 * An inventory on its way in: a file, what its columns are, what importing it would do, and the import.
 *
 * A preview belongs to the columns that it was made with: it is gone when they change.
 */
export function useInventoryImport() {
  const queries = useQueryClient()
  const { busy, act } = useActs()
  const file = shallowRef<InventoryFile>()
  const columns = ref<InventoryColumns>({})
  /** Of the mapping that the columns are, or will be saved as. */
  const mapping = ref('')
  const preview = ref<string>()
  const job = ref<string>()

  const isBuiltIn = computed(() => mapping.value === CHEMINVENTORY)
  const problem = computed(() => {
    const twice = claimedTwice(columns.value)
    if (twice.length) return 'twice'
    if (!Object.values(columns.value).some(Boolean)) return 'none'
    return mapping.value.trim() ? undefined : 'unnamed'
  })

  function take(found: InventoryFile) {
    file.value = found
    columns.value = columnsOf(found)
    forget()
  }

  function forget() {
    preview.value = job.value = undefined
  }

  const open = (chosen: File) => act(async () => {
    take(await uploadInventory(chosen))
    mapping.value = isChemInventory(file.value!) ? CHEMINVENTORY : ''
    if (mapping.value) await useMapping(mapping.value)
  })

  const useMapping = (name: string) => act(async () => {
    const { sheet } = file.value!
    take(await lookAtInventory(file.value!, { mapping: name, ...(sheet && { sheet }) }))
    mapping.value = name
  })

  const useSheet = (sheet: string) => act(async () => take(await lookAtInventory(file.value!, { sheet })))

  function setColumn(heading: string, field: InventoryColumns[string]) {
    if (isBuiltIn.value) mapping.value = ''
    columns.value = { ...columns.value, [heading]: field }
    forget()
  }

  /** @param dryRun - only look what would change. */
  const begin = (dryRun: boolean) => act(async () => {
    const { sha256, file_name, sheet } = file.value!
    const name = mapping.value.trim()
    if (!dryRun && !isBuiltIn.value) await saveMapping(name, columns.value)
    const begun = await beginImport({
      sha256, file_name, sheet, mapping: name, dry_run: dryRun, ...(dryRun && !isBuiltIn.value && { columns: columns.value }),
    })
    preview.value = dryRun ? undefined : preview.value
    queries.setQueryData<Job>(['job', begun.job_id], begun)
    job.value = begun.job_id
  })

  function close() {
    file.value = undefined
    forget()
  }

  return { file, columns, mapping, isBuiltIn, problem, preview, job, busy, open, useMapping, useSheet, setColumn, begin, close }
}

/** Whether a table has the columns of ChemInventory's export. */
function isChemInventory({ columns }: InventoryFile): boolean {
  const headings = new Set(columns.map(({ heading }) => heading.toLowerCase()))
  return ['container name', 'barcode', 'substance cas'].every((heading) => headings.has(heading))
}

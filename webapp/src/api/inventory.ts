import { ask, at, upload, type Uploading } from './client'
import type {
  Hazards, InventoryColumns, InventoryFile, InventoryImport, InventoryMapping, InventoryMark, InventoryPart, InventoryRow,
  Job, Page, Structure,
} from './types'

/** What is to be imported, by the mapping of that name. */
export interface ImportRequest {
  sha256: string
  file_name: string
  mapping: string
  sheet: string | null
  /** What the columns are instead, for a dry run. */
  columns?: InventoryColumns
  dry_run: boolean
}

export const uploadInventory = (file: File, uploading: Omit<Uploading, 'query'> = {}) =>
  upload<InventoryFile>('/v1/inventory/files', file, uploading)

/** Another sheet of an uploaded table, or its columns as a mapping has them. */
export const lookAtInventory = (
  { sha256, file_name }: Pick<InventoryFile, 'sha256' | 'file_name'>, query: { sheet?: string, mapping?: string },
) => ask<InventoryFile>('GET', at('inventory', 'files', sha256), { query: { name: file_name, ...query } })

export const listMappings = (signal?: AbortSignal) =>
  ask<Page<InventoryMapping>>('GET', '/v1/inventory/mappings', { signal })

export const saveMapping = (name: string, columns: InventoryColumns) =>
  ask<InventoryMapping>('PUT', at('inventory', 'mappings', name), { body: { columns } })

export const listImports = (signal?: AbortSignal) =>
  ask<Page<InventoryImport>>('GET', '/v1/inventory/imports', { signal })

export const getImport = (id: string, signal?: AbortSignal) =>
  ask<InventoryImport>('GET', at('inventory', 'imports', id), { signal })

/** Some of what an import did, from part 0 on. */
export const getImportPart = (id: string, number: number, signal?: AbortSignal) =>
  ask<InventoryPart>('GET', at('inventory', 'imports', id, 'parts', number), { signal })

export const beginImport = (request: ImportRequest) => ask<Job>('POST', '/v1/inventory/imports', { body: request })

export const undoImport = (id: string) => ask<Job>('POST', at('inventory', 'imports', id, 'undo'))

/** What inventories say of an item beside its fields. */
export const getInventoryRows = (refcode: string, signal?: AbortSignal) =>
  ask<Page<InventoryRow>>('GET', at('items', refcode, 'inventory'), { signal })

/** Those of some items that their inventory has no more. */
export const getInventoryMarks = (refcodes: string[], signal?: AbortSignal) =>
  ask<Page<InventoryMark>>('GET', '/v1/inventory/marks', { query: { refcode: refcodes }, signal })

/** What hazard codes say, and their pictograms. */
export const getHazards = (codes: string, signal?: AbortSignal) =>
  ask<Hazards>('GET', '/v1/hazards', { query: { codes }, signal })

export const getStructure = (smiles: string, signal?: AbortSignal) =>
  ask<Structure>('GET', '/v1/structures', { query: { smiles }, signal })

/**
 * What the server's answers hold, by the names that the page uses.
 *
 * The shapes come from the server's own document (`npm run types`); only what it leaves open is said here.
 */
import type { components, operations } from './schema'

type Schemas = components['schemas']

export type ItemType = Row['type']
export type Row = Schemas['Row'] & Record<string, unknown>
export type Sample = Schemas['SampleInFull']
export type Cell = Schemas['CellInFull']
export type StartingMaterial = Schemas['StartingMaterialInFull']
export type Equipment = Schemas['EquipmentInFull']
export type Item = Sample | Cell | StartingMaterial | Equipment

export type Permissions = Schemas['Permissions']
export type Constituent = Schemas['Constituent-Output']
export type ItemReference = Schemas['ItemReference-Output']
export type Substance = Schemas['Substance-Output']

export type FileRecord = Schemas['File']
export type UploadedFile = FileRecord
export type FileInFull = Schemas['FileInFull']
export type FileHolder = Schemas['Holder']
export type FoundFile = Schemas['FileFound'] & { item: Pick<Row, 'refcode' | 'item_id' | 'type'> }
export type Block = Schemas['Block']
export type Technique = Schemas['TechniqueInfo']

export type Collection = Schemas['Collection']
export type CollectionSummary = Schemas['CollectionReference']
export type Person = Schemas['Account']
export type PersonSummary = Schemas['PersonSummary']
export type GroupSummary = Schemas['GroupSummary']
export type ApiKey = Schemas['ApiKey']

export type AccountRow = Schemas['AccountRow']
export type AccountInFull = Schemas['AccountInFull']
export type AccountEvent = Schemas['AccountEvent']
export type PersonChange = Partial<Schemas['PersonChange']>
export type MergePreview = Schemas['MergePreview']
export type Group = Schemas['GroupInFull']
export type GroupRow = Schemas['GroupRow']
export type GroupUse = Schemas['GroupUse']

export type RelatedItem = Schemas['Linked']
export type Relationships = Schemas['Relationships']
export type GraphNode = Schemas['Node']
export type GraphEdge = Schemas['Edge']
export type Graph = Schemas['Graph']
export type Version = Schemas['Version']
export type Job = Schemas['Job']
export type Maintenance = operations['begin_maintenance_v1_maintenance__task__post']['parameters']['path']['task']
export type MaintenanceOptions = Partial<Schemas['MaintenanceOptions']>
export type Schedule = Schemas['ScheduleShown']
export type Backup = Schemas['Backup']
export type BackupStrategy = Schemas['StrategyShown']
export type BackupOverview = Schemas['BackupOverview']
export type ServerNow = Schemas['ServerNow']
export type InventoryFile = Schemas['InventoryFile']
export type InventoryMapping = Schemas['Mapping']
export type InventoryColumns = InventoryMapping['columns']
export type InventoryField = NonNullable<InventoryColumns[string]>
export type InventoryImport = Schemas['Import']
export type InventoryChange = Schemas['ImportChange']
export type InventoryPart = Schemas['ImportPart']
export type InventoryRow = Schemas['InventoryRow']
export type InventoryMark = Schemas['InventoryMark']
export type Hazards = Schemas['Hazards']
export type Structure = Schemas['Structure']
export type Formula = Schemas['FormulaAnswer']
export type ItemTypeInfo = Schemas['TypeInfo']
export type Info = Schemas['Info'] & { item_types: Record<ItemType, ItemTypeInfo> }

/** A page of a list. */
export interface Page<T> {
  items: T[]
  /** Sent back as `cursor` for the next page; `null` on the last. */
  next_cursor: string | null
  /** Exact up to a thousand. */
  total: number | null
  total_is_exact: boolean
}

export interface Found {
  items: Row[]
  collections: CollectionSummary[]
  files: FoundFile[]
}

export interface NewItem {
  type: ItemType
  item_id?: string
  name?: string
  /** By `collection_id`. */
  collections?: string[]
  /** Refcode of an item whose fields are copied. */
  copy_from?: string
  [field: string]: unknown
}

/** What became of one item of many. */
export interface BatchAnswer {
  status: number
  item: Row | null
  problem: { detail?: string, errors?: { loc: (string | number)[], msg: string }[] } | null
}

/** A Plotly figure; what was computed and read stands under `layout.meta`. */
export interface Figure {
  data: Record<string, unknown>[]
  layout: Record<string, unknown> & {
    meta?: {
      computed?: Record<string, unknown>
      metadata?: Record<string, unknown>
      warnings?: string[]
      parameters?: Record<string, unknown>
    }
  }
}

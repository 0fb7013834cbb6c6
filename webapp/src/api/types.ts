/** What the server's answers hold. Times are ISO 8601 in UTC. */

export type ItemType = 'samples' | 'cells' | 'starting_materials' | 'equipment'

export interface Page<T> {
  items: T[]
  next_cursor: string | null
  total: number | null
  total_is_exact: boolean
}

export interface ItemTypeInfo {
  name: string
  statuses: string[]
  default_status: string
}

export interface Info {
  version: string
  identifier_prefix: string
  max_upload_bytes: number
  item_types: Record<ItemType, ItemTypeInfo>
  first_run: boolean
}

export interface PersonSummary {
  immutable_id: string
  display_name: string | null
  gravatar_hash?: string | null
}

export interface GroupSummary {
  immutable_id: string
  display_name: string | null
  group_id: string
}

export interface Person extends PersonSummary {
  contact_email: string | null
  role: 'user' | 'manager' | 'admin'
  account_status: string
  groups: GroupSummary[]
}

export interface CollectionSummary {
  immutable_id: string
  collection_id: string
  title: string | null
}

export interface Permissions {
  write: boolean
  delete: boolean
  share: boolean
}

/** One line of a table of items. */
export interface Row {
  type: ItemType
  item_id: string
  refcode: string
  immutable_id: string
  name: string | null
  chemform?: string | null
  characteristic_chemical_formula?: string | null
  status: string | null
  date: string | null
  last_modified: string | null
  creators: PersonSummary[]
  groups: GroupSummary[]
  collections: CollectionSummary[]
  nblocks: number
  nfiles: number
  location?: string | null
  supplier?: string | null
  CAS?: string | null
  barcode?: string | null
  [field: string]: unknown
}

export interface ItemReference {
  type: ItemType
  refcode?: string | null
  item_id?: string | null
  name?: string | null
  chemform?: string | null
}

export interface Substance {
  name: string
  chemform?: string | null
}

export interface Constituent {
  item: ItemReference | Substance
  quantity: number | null
  unit: string
}

export interface FileRecord {
  file_id: string
  name: string
  extension: string
  size: number | null
  checksums: { md5: string, sha256: string } | null
  time_added: string
  last_modified: string | null
  creators: PersonSummary[]
  /** Ids of techniques that can read it, best first. */
  techniques: string[]
  source?: string | null
  revision: number
}

export interface UploadedFile extends FileRecord {
  /** The item has these bytes already; nothing was added. */
  already_attached?: boolean
}

export interface Block {
  block_id: string
  technique: string
  title: string | null
  file_ids: string[]
  parameters: Record<string, unknown>
  freeform_comment: string | null
  collapsed: boolean
}

export interface Relationship {
  relation: 'parent' | 'child' | 'sibling' | 'is_part_of' | 'other' | null
  type: string
  item_id?: string | null
  refcode?: string | null
  immutable_id?: string | null
  description?: string | null
}

export interface Item {
  type: ItemType
  item_id: string
  refcode: string
  immutable_id: string
  name: string | null
  description: string | null
  date: string | null
  last_modified: string | null
  status: string | null
  creators: PersonSummary[]
  groups: GroupSummary[]
  collections: CollectionSummary[]
  relationships: Relationship[]
  blocks_obj: Record<string, Block>
  display_order: string[]
  files: FileRecord[]
  file_ids: string[]
  version: number
  edit: number
  permissions: Permissions
  [field: string]: unknown
}

export interface Collection extends CollectionSummary {
  description: string | null
  creators: PersonSummary[]
  groups: GroupSummary[]
  num_items: number | null
  last_modified: string | null
  edit: number
  permissions: Permissions
}

export interface NewItem {
  type: ItemType
  item_id?: string
  name?: string
  collections?: string[]
  copy_from?: string
  [field: string]: unknown
}

/** What became of one item of many. */
export interface BatchAnswer {
  status: number
  item?: Item
  problem?: { title?: string, detail?: string, errors?: { loc: (string | number)[], msg: string }[] }
}

export interface RelatedItem {
  refcode: string
  item_id: string
  type: ItemType
  name: string | null
  chemform: string | null
  relation: string | null
  quantity?: number | null
  unit?: string | null
}

export interface Relationships {
  made_from: RelatedItem[]
  made_into: RelatedItem[]
}

export interface GraphNode {
  refcode: string
  item_id: string
  type: ItemType
  name: string | null
  chemform: string | null
  status: string | null
}

export interface Graph {
  nodes: GraphNode[]
  edges: { source: string, target: string, relation: string | null }[]
}

export interface Technique {
  id: string
  name: string
  description: string
  suffixes: string[]
  multiple_files: boolean
  /** JSON schema of the parameters. */
  parameters: Record<string, unknown>
  has_figure: boolean
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

export interface Version {
  version: number
  timestamp: string
  action: string
  creator: PersonSummary | null
  [field: string]: unknown
}

export interface ApiKey {
  immutable_id: string
  name: string | null
  time_created?: string | null
  last_used?: string | null
}

export interface FoundFile {
  file_id: string
  name: string
  item_refcode: string
}

export interface Found {
  items: Row[]
  collections: Collection[]
  files: FoundFile[]
}

export interface Formula {
  formula: string
  html: string
  unicode: string
  /** g/mol; `null` when it cannot be worked out, and `problem` says why. */
  molar_mass: number | null
  problem: string | null
}

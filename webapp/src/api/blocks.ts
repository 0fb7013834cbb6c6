import { address, ask, at } from './client'
import type { Block, Figure, Technique } from './types'

export interface NewBlock {
  technique: string
  file_ids?: string[]
  parameters?: Record<string, unknown>
  title?: string
  index?: number
}

export type BlockChange = Partial<Omit<Block, 'block_id' | 'technique'>>

export interface FigureQuery {
  /** Width in pixels that the plot fills. */
  width?: number
  /** What the x axis shows. */
  range?: [low: number, high: number]
}

export type MeasurementFormat = 'csv' | 'parquet' | 'netcdf'

export const listTechniques = (signal?: AbortSignal) =>
  ask<{ items: Technique[] }>('GET', '/v1/techniques', { signal }).then(({ items }) => items)

export const addBlock = (refcode: string, block: NewBlock) =>
  ask<Block>('POST', at('items', refcode, 'blocks'), { body: block })

/** Parameters are merged key by key; `null` resets one. */
export const changeBlock = (refcode: string, blockId: string, change: BlockChange) =>
  ask<Block>('PATCH', at('items', refcode, 'blocks', blockId), { body: change })

export const deleteBlock = (refcode: string, blockId: string) =>
  ask<void>('DELETE', at('items', refcode, 'blocks', blockId))

export const restoreBlock = (refcode: string, blockId: string) =>
  ask<Block>('POST', at('items', refcode, 'blocks', blockId, 'restore'))

export const orderBlocks = (refcode: string, displayOrder: string[]) =>
  ask<void>('PUT', at('items', refcode, 'display-order'), { body: { display_order: displayOrder } })

export const getFigure = (refcode: string, blockId: string, { width, range }: FigureQuery = {}, signal?: AbortSignal) =>
  ask<Figure>('GET', at('items', refcode, 'blocks', blockId, 'figure'), {
    query: { width, range: range?.join(',') }, signal,
  })

/** Where all points of a block's measurement are, in an open format. */
export const measurementAddress = (refcode: string, blockId: string, format: MeasurementFormat, fileId?: string) =>
  address(at('items', refcode, 'blocks', blockId, 'measurement'), { format, file_id: fileId })

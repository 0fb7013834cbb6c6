import { address, ask, at, bytes, upload, type Uploading } from './client'
import type { FileInFull, FileRecord, UploadedFile } from './types'

export type SameName = 'keep_both' | 'replace' | 'refuse'

export interface FileUpload extends Omit<Uploading, 'query'> {
  /** What to do when the item has other bytes under this name; `refuse` answers 409 with `existing`. */
  sameName?: SameName
}

export const uploadFile = (refcode: string, file: File, { sameName, ...uploading }: FileUpload = {}) =>
  upload<UploadedFile>(at('items', refcode, 'files'), file, { ...uploading, query: { same_name: sameName } })

/** Attaches a file that another item has. */
export const attachFile = (refcode: string, fileId: string) =>
  ask<FileRecord>('PUT', at('items', refcode, 'files', fileId))

export const detachFile = (refcode: string, fileId: string) =>
  ask<void>('DELETE', at('items', refcode, 'files', fileId))

export const getFile = (fileId: string, signal?: AbortSignal) => ask<FileInFull>('GET', at('files', fileId), { signal })

/** Where a file's bytes are: to show, or to keep. */
export const fileAddress = (fileId: string, { download = false } = {}) =>
  address(at('files', fileId, 'content'), { download: download ? 1 : undefined })

export const fileBytes = (fileId: string, signal?: AbortSignal) => bytes(at('files', fileId, 'content'), signal)

/** Where all files of an item come as one zip. */
export const filesZipAddress = (refcode: string) => address(at('items', refcode, 'files.zip'))

/** Brings back a file that was detached. */
export const restoreFile = (refcode: string, fileId: string) =>
  ask<FileRecord>('POST', at('items', refcode, 'files', fileId, 'restore'))

import { ask, at } from './client'
import type { components } from './schema'
import type { Job, Page, UploadedFile } from './types'

type Schemas = components['schemas']

export type Remote = Schemas['Remote']
export type RemoteEntry = Schemas['RemoteEntry']
export type RemoteListing = Schemas['RemoteListing']
export type RemoteState = Schemas['RemoteState']
export type LiveFile = Schemas['LiveFile']
export type Origin = Schemas['Origin']

export interface Looking {
  remote: string
  path: string
  /** What names of files must contain. */
  words?: string
  /** Reads the folder now, unless it was just read. */
  refresh?: boolean
  offset?: number
  limit?: number
}

export const listRemotes = (signal?: AbortSignal) => ask<Page<Remote>>('GET', '/v1/remotes', { signal })

/** One folder of a remote one, a page of it. */
export const browseRemote = ({ refresh, ...query }: Looking, signal?: AbortSignal) =>
  ask<RemoteListing>('GET', '/v1/remotes/entries', { query: { ...query, refresh: refresh || undefined }, signal })

/** Copies a file of a remote folder and attaches it to an item. */
export const attachRemoteFile = (refcode: string, remote: string, path: string) =>
  ask<UploadedFile>('POST', at('items', refcode, 'remote-files'), { body: { remote, path } })

/** The same as a job, which tells how many bytes have come and can be cancelled. */
export const beginRemoteCopy = (refcode: string, remote: string, path: string) =>
  ask<Job>('POST', at('items', refcode, 'remote-copies'), { body: { remote, path } })

/** Each remote folder, asked now whether it is there. */
export const remoteStates = (signal?: AbortSignal) => ask<Page<RemoteState>>('GET', '/v1/remotes/states', { signal })

export const listLiveFiles = (signal?: AbortSignal) => ask<Page<LiveFile>>('GET', '/v1/remotes/live-files', { signal })

/** Looks now at the files that are kept in step, as a job. */
export const followNow = () => ask<Job>('POST', '/v1/remotes/follow', { body: {} })

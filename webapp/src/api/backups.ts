import { address, ask, at } from './client'
import type { Backup, BackupOverview, Job, Page } from './types'

/** All strategies with their newest backups, their health and their next times. */
export const getBackupOverview = (signal?: AbortSignal) =>
  ask<BackupOverview>('GET', '/v1/backups/strategies', { signal })

/** The newest runs, of a strategy or of all. */
export const listBackups = (query: { strategy?: string, removed?: boolean, limit?: number }, signal?: AbortSignal) =>
  ask<Page<Backup>>('GET', '/v1/backups', { query, signal })

export const createBackup = (strategy: string) => ask<Job>('POST', '/v1/backups', { body: { strategy } })

/** Restores the newest backup into a scratch folder and looks at it. */
export const drillBackup = (strategy: string) => ask<Job>('POST', '/v1/backups/drills', { body: { strategy } })

export const verifyBackup = (id: string) => ask<Job>('POST', at('backups', id, 'verify'))

/** Brings one item of a backup back with its files and versions. */
export const restoreItem = (id: string, refcode: string, replace: boolean) =>
  ask<Job>('POST', at('backups', id, 'items'), { body: { refcode, replace } })

/** Where a backup is downloaded. */
export const backupAddress = (id: string) => address(at('backups', id, 'content'))

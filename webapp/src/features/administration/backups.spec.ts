import { describe, expect, it } from 'vitest'
import type { Backup, BackupStrategy } from '@/api/types'
import { isThere, retentionWords, runState, shortName, standing } from './backups'

const run = (fields: Partial<Backup> = {}) => ({ state: 'done', health: 'untested', removed_at: null, ...fields }) as Backup
const strategy = (fields: Partial<BackupStrategy>) => ({ last_run: null, newest: null, ...fields }) as BackupStrategy

describe('how it stands with a strategy', () => {
  it('says that there is nothing yet', () => {
    expect(standing(strategy({}))).toEqual({ text: 'No backup yet', tone: 'warning' })
  })

  it('says first that the last run failed, though an older backup is healthy', () => {
    const failed = strategy({ last_run: run({ state: 'failed' }), newest: run({ health: 'healthy' }) })
    expect(standing(failed).text).toBe('Last run failed')
  })

  it('calls a backup healthy only after its drill', () => {
    expect(standing(strategy({ last_run: run(), newest: run() })).text).toBe('Not drilled yet')
    expect(standing(strategy({ last_run: run(), newest: run({ health: 'healthy' }) })).tone).toBe('good')
  })
})

it('tells a backup that is there from one that made room', () => {
  expect(isThere(run())).toBe(true)
  expect(isThere(run({ removed_at: '2026-11-22T04:05:00+00:00' }))).toBe(false)
  expect(runState(run({ removed_at: '2026-11-22T04:05:00+00:00' })).text).toBe('Removed')
})

it('says in words what is kept', () => {
  expect(retentionWords({ newest: 100 })).toBe('100 newest')
  expect(retentionWords({ daily: 7, weekly: 4 })).toBe('7 daily, 4 weekly')
})

it('names a snapshot without its folder', () => {
  expect(shortName('snapshots/daily-20261122T040500Z.json')).toBe('daily-20261122T040500Z.json')
})

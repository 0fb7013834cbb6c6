import { ask, at } from './client'
import type { Job, Maintenance, MaintenanceOptions, Page, Schedule } from './types'

export const getJob = (id: string, signal?: AbortSignal) => ask<Job>('GET', at('jobs', id), { signal })

/** The newest jobs: for administrators all, for others those that they asked for. */
export const listJobs = (query: { name?: string, state?: Job['state'], limit?: number }, signal?: AbortSignal) =>
  ask<Page<Job>>('GET', '/v1/jobs', { query, signal })

export const cancelJob = (id: string) => ask<Job>('POST', at('jobs', id, 'cancel'))

export const listSchedules = (signal?: AbortSignal) => ask<Page<Schedule>>('GET', '/v1/schedules', { signal })

/** Has it done as a job: the one that is under way already, if there is one. */
export const beginMaintenance = (task: Maintenance, options: MaintenanceOptions = {}) =>
  ask<Job>('POST', at('maintenance', task), { body: options })

import { ask } from './client'
import type { Formula, Found } from './types'

/** Looks through items, collections and files; best first. */
export const search = (q: string, limit = 10, signal?: AbortSignal) =>
  ask<Found>('GET', '/v1/search', { query: { q, limit }, signal })

export const readFormula = (formula: string, signal?: AbortSignal) =>
  ask<Formula>('POST', '/v1/formula', { body: { formula }, signal })

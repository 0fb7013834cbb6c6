import { describe, expect, it } from 'vitest'
import type { ServerNow } from '@/api/types'
import { disksOf, lasting, type Look, perSecond, rateNow, rates, routeName, share, standing, took } from './server'

const look = (at: number, answered: number, since = 'then'): Look => ({ at: at * 1000, answered, since })

const server = (fields: Partial<Record<keyof ServerNow, object>> = {}) => ({
  uptime_seconds: 100,
  requests: { number: 250 },
  database: { reachable: true },
  workers: { reachable: true },
  machine: { cores: 2, load: [1, 1, 1], memory_total: 100, memory_available: 50 },
  storage: { files: null, files_reachable: true, data: { free: 50, total: 100 } },
  ...fields,
}) as unknown as ServerNow

describe('how many requests a second', () => {
  it('counts between two looks', () => {
    expect(rates([look(0, 100), look(5, 150), look(10, 150)])).toEqual([10, 0])
  })

  it('does not count across a restart, which begins from nothing', () => {
    expect(rates([look(0, 9_000), look(5, 10, 'later'), look(10, 20, 'later')])).toEqual([2])
  })

  it('says the average of the whole time before there are two looks', () => {
    expect(rateNow([look(0, 250)], server())).toBe(2.5)
    expect(rateNow([look(0, 250), look(2, 256)], server())).toBe(3)
  })

  it('has no rate of a server that just began', () => {
    expect(rateNow([], server({ uptime_seconds: 0 as unknown as object, requests: { number: 3 } }))).toBe(3)
  })
})

it('says how long something lasts by its two largest parts', () => {
  expect(lasting(42)).toBe('42 s')
  expect(lasting(125)).toBe('2 min')
  expect(lasting(3_600)).toBe('1 h')
  expect(lasting(2 * 3_600 + 300)).toBe('2 h 5 min')
  expect(lasting(86_400)).toBe('1 day')
  expect(lasting(3 * 86_400 + 4 * 3_600 + 59)).toBe('3 days 4 h')
})

it('says how long something took with three figures at most', () => {
  expect(took(0.0042)).toBe('4.2 ms')
  expect(took(0.042)).toBe('42 ms')
  expect(took(0.34)).toBe('0.34 s')
  expect(took(12.4)).toBe('12 s')
  expect(perSecond(0.24)).toBe('0.2')
  expect(perSecond(1_234.5)).toBe('1235')
})

it('has no share of nothing', () => {
  expect(share(0, 0)).toBe('–')
  expect(share(2, 3)).toBe('67 %')
})

it('names a route by its template, and the page in words', () => {
  expect(routeName('/v1/items/{refcode}')).toBe('/v1/items/{refcode}')
  expect(routeName('/{path:page}')).toBe('the page and its files')
})

it('tells of one disk once, though it filled up a little between two looks', () => {
  const data = { free: 5e11, total: 1e12 }
  expect(disksOf({ files: { free: 5e11 + 4096, total: 1e12 }, data }).map(({ name }) => name)).toEqual(['Files, database and plots'])
  expect(disksOf({ files: { free: 4e11, total: 1e12 }, data }).map(({ name }) => name)).toEqual(['Files', 'Database and plots'])
  expect(disksOf({ files: null, data })).toEqual([{ name: 'Database and plots', ...data }])
})

describe('how the server does', () => {
  it('is well if nothing is wrong', () => {
    expect(standing(server())).toEqual({ text: 'All is well', tone: 'good' })
  })

  it.each([
    ['The database is away', { database: { reachable: false }, workers: { reachable: false } }],
    ['Uploads cannot be kept', { storage: { files: null, files_reachable: false, data: { free: 50, total: 100 } } }],
    ['Nobody reads files', { workers: { reachable: false } }],
    ['The disk is nearly full', { storage: { files: { free: 9, total: 100 }, files_reachable: true, data: { free: 50, total: 100 } } }],
    ['Little memory is left', { machine: { cores: 2, load: [9, 9, 9], memory_total: 100, memory_available: 5 } }],
    ['Very busy', { machine: { cores: 2, load: [1, 4.1, 1], memory_total: 100, memory_available: 50 } }],
  ])('says the worst there is: %s', (text, fields) => {
    expect(standing(server(fields)).text).toBe(text)
  })
})

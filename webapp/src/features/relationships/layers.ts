import type { Graph, GraphEdge } from '@/api/types'

export interface Place {
  x: number
  y: number
}

const ACROSS = 190
const DOWN = 56
const SWEEPS = 6

/**
 * Where each item of a graph stands: what was made from something stands to its right, links cross as little as a few
 * sweeps can bring about, and items without a link stand in rows below.
 */
export function placesOf({ nodes, edges }: Graph): Map<string, Place> {
  const names = new Set(nodes.map(({ refcode }) => refcode))
  const links = edges.filter(({ source, target }) => names.has(source) && names.has(target) && source !== target)
  const linked = new Set(links.flatMap(({ source, target }) => [source, target]))
  const columns = ordered(columnsOf([...linked], links), links)
  const places = new Map<string, Place>()
  columns.forEach((column, across) => column.forEach((name, down) => {
    places.set(name, { x: across * ACROSS, y: (down - (column.length - 1) / 2) * DOWN })
  }))
  placeAlone(nodes.map(({ refcode }) => refcode).filter((name) => !linked.has(name)), columns, places)
  return places
}

/** Columns from left to right: each item one beyond the last of those it was made from, then as near as it can to its uses. */
function columnsOf(names: string[], links: GraphEdge[]): string[][] {
  const depth = new Map(names.map((name) => [name, 0]))
  for (let round = 0; round < names.length; round += 1) {
    let isCalm = true
    for (const { source, target } of links) {
      const next = depth.get(source)! + 1
      if (depth.get(target)! >= next || next >= names.length) continue
      depth.set(target, next)
      isCalm = false
    }
    if (isCalm) break
  }
  for (const name of names) {
    const uses = links.filter(({ source }) => source === name).map(({ target }) => depth.get(target)! - 1)
    if (uses.length) depth.set(name, Math.max(depth.get(name)!, Math.min(...uses)))
  }
  const columns: string[][] = []
  for (const name of names) (columns[depth.get(name)!] ??= []).push(name)
  return columns.filter((column) => column?.length)
}

/** Each column sorted by the middle of what its items are linked to, to and fro. */
function ordered(columns: string[][], links: GraphEdge[]): string[][] {
  const beside = new Map<string, string[]>()
  for (const { source, target } of links) {
    beside.set(source, [...(beside.get(source) ?? []), target])
    beside.set(target, [...(beside.get(target) ?? []), source])
  }
  let now = columns
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const height = new Map(now.flatMap((column) => column.map((name, down) => [name, down - column.length / 2] as const)))
    const middle = (name: string) => {
      const heights = (beside.get(name) ?? []).map((other) => height.get(other) ?? 0)
      return heights.reduce((sum, one) => sum + one, 0) / (heights.length || 1)
    }
    now = now.map((column) => [...column].sort((one, other) => middle(one) - middle(other)))
  }
  return now
}

function placeAlone(names: string[], columns: string[][], places: Map<string, Place>): void {
  const wide = Math.max(columns.length, Math.ceil(Math.sqrt(names.length)), 1)
  const lowest = Math.max(0, ...columns.map((column) => column.length / 2)) * DOWN
  const below = columns.length ? lowest + DOWN : 0
  names.forEach((name, at) => {
    places.set(name, { x: (at % wide) * ACROSS, y: below + Math.floor(at / wide) * DOWN })
  })
}

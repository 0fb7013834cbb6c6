import type { Graph, GraphEdge } from '@/api/types'

export interface Place {
  x: number
  y: number
}

const ACROSS = 190
const DOWN = 56
const SWEEPS = 13

/**
 * Where each item of a graph stands: what was made from something stands to its right, links cross as little as a few
 * sweeps can bring about, and items without a link stand in rows below. `across` is the way between columns.
 */
export function placesOf({ nodes, edges }: Graph, across = ACROSS): Map<string, Place> {
  const names = new Set(nodes.map(({ refcode }) => refcode))
  const links = edges.filter(({ source, target }) => names.has(source) && names.has(target) && source !== target)
  const linked = new Set(links.flatMap(({ source, target }) => [source, target]))
  const columns = ordered(columnsOf([...linked], links), links)
  const places = new Map<string, Place>()
  columns.forEach((column, at) => column.forEach((name, down) => {
    places.set(name, { x: at * across, y: (down - (column.length - 1) / 2) * DOWN })
  }))
  placeAlone(nodes.map(({ refcode }) => refcode).filter((name) => !linked.has(name)), columns, places, across)
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

/** Columns sorted by the middle of what their items are linked to: from left to right by what they come from, then back. */
function ordered(columns: string[][], links: GraphEdge[]): string[][] {
  const sources = neighbours(links, 'target', 'source')
  const targets = neighbours(links, 'source', 'target')
  const height = new Map<string, number>()
  const now = columns.map((column) => settled(column, height))
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const rightwards = sweep % 2 === 0
    const order = [...now.keys()]
    for (const at of rightwards ? order : order.reverse()) {
      const middle = middles(now[at]!, rightwards ? sources : targets, height)
      now[at] = settled([...now[at]!].sort((one, other) => middle.get(one)! - middle.get(other)!), height)
    }
  }
  return now
}

/** The middle of the heights of what each item is linked to; its own height where it has no such link. */
function middles(column: string[], beside: Map<string, string[]>, height: Map<string, number>): Map<string, number> {
  return new Map(column.map((name) => {
    const heights = (beside.get(name) ?? [name]).map((other) => height.get(other)!)
    return [name, heights.reduce((sum, one) => sum + one, 0) / heights.length]
  }))
}

function settled(column: string[], height: Map<string, number>): string[] {
  column.forEach((name, down) => height.set(name, down - (column.length - 1) / 2))
  return column
}

function neighbours(links: GraphEdge[], from: 'source' | 'target', to: 'source' | 'target'): Map<string, string[]> {
  const beside = new Map<string, string[]>()
  for (const link of links) beside.set(link[from], [...(beside.get(link[from]) ?? []), link[to]])
  return beside
}

function placeAlone(names: string[], columns: string[][], places: Map<string, Place>, across: number): void {
  const wide = Math.max(columns.length, Math.ceil(Math.sqrt(names.length)), 1)
  const lowest = Math.max(0, ...columns.map((column) => column.length / 2)) * DOWN
  const below = columns.length ? lowest + DOWN : 0
  names.forEach((name, at) => {
    places.set(name, { x: (at % wide) * across, y: below + Math.floor(at / wide) * DOWN })
  })
}

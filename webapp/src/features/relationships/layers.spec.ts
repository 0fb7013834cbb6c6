import { expect, it } from 'vitest'
import type { Graph, GraphEdge, GraphNode } from '@/api/types'
import { placesOf } from './layers'

const graph = (names: string, ...links: string[]): Graph => ({
  nodes: [...names].map((refcode) => ({ refcode }) as GraphNode),
  edges: links.map((link) => ({ source: link[0]!, target: link[1]!, relation: 'made_from' }) as GraphEdge),
})

it('puts what was made to the right of what it was made from', () => {
  const places = placesOf(graph('abcd', 'ab', 'bc', 'ac', 'dc'))
  const x = (name: string) => places.get(name)!.x
  expect(x('a')).toBeLessThan(x('b'))
  expect(x('b')).toBeLessThan(x('c'))
  expect(x('d')).toBe(x('b'))
})

it('does not let two stand in one place', () => {
  const places = [...placesOf(graph('abcdefg', 'ab', 'ac', 'ad', 'be', 'ce')).values()].map(({ x, y }) => `${x} ${y}`)
  expect(new Set(places).size).toBe(7)
})

it('uncrosses links', () => {
  const places = placesOf(graph('abcd', 'ad', 'bc'))
  const order = (one: string, other: string) => Math.sign(places.get(one)!.y - places.get(other)!.y)
  expect(order('a', 'b')).toBe(order('d', 'c'))
})

it('ends on a circle', () => {
  expect(placesOf(graph('abc', 'ab', 'bc', 'ca')).size).toBe(3)
})

it('stands items without links below the others', () => {
  const places = placesOf(graph('abz', 'ab'))
  expect(places.get('z')!.y).toBeGreaterThan(Math.max(places.get('a')!.y, places.get('b')!.y))
})

import type { Core, ElementDefinition, StylesheetJson } from 'cytoscape'
import type { Graph, GraphNode } from '@/api/types'
import { placesOf } from './layers'

/** The same shapes as the marks of the kinds everywhere. */
const SHAPES: Record<string, string> = {
  samples: 'ellipse', cells: 'hexagon', starting_materials: 'diamond', equipment: 'rectangle',
}
const MOST_LABELLED = 24
const NARROW = 104

export function elementsOf(graph: Graph, isSmall: boolean): ElementDefinition[] {
  const places = placesOf(graph, isSmall ? NARROW : undefined)
  const names = new Set(graph.nodes.map(({ refcode }) => refcode))
  return [
    ...graph.nodes.map((node) => ({
      data: { id: node.refcode, label: labelOf(node), type: node.type }, position: places.get(node.refcode)!,
    })),
    ...graph.edges.filter(({ source, target }) => names.has(source) && names.has(target))
      .map(({ source, target, relation }) => ({ data: { id: `${source} ${target} ${relation}`, source, target, relation } })),
  ]
}

const labelOf = ({ item_id }: GraphNode) => (item_id.length > MOST_LABELLED ? `${item_id.slice(0, MOST_LABELLED - 1)}…` : item_id)

/** The look of a graph in the colours of the page; a canvas must be told them. */
export function lookOf(colour: (token: string) => string): StylesheetJson {
  return [
    {
      selector: 'node',
      style: {
        'width': 18, 'height': 18, 'border-width': 1.5, 'background-opacity': 0.2,
        'label': 'data(label)', 'color': colour('--text'), 'font-family': 'JetBrains Mono Variable, monospace', 'font-size': 11,
        'text-valign': 'bottom', 'text-margin-y': 5, 'min-zoomed-font-size': 7,
        'text-background-color': colour('--surface'), 'text-background-opacity': 0.85, 'text-background-padding': '1px',
      },
    },
    ...Object.entries(SHAPES).map(([type, shape]) => ({
      selector: `node[type = "${type}"]`,
      style: { 'shape': shape as 'ellipse', 'border-color': colour(`--type-${type}`), 'background-color': colour(`--type-${type}`) },
    })),
    {
      selector: 'edge',
      style: {
        'width': 1.25, 'line-color': colour('--line-strong'), 'curve-style': 'bezier', 'target-arrow-shape': 'triangle',
        'arrow-scale': 0.7, 'target-arrow-color': colour('--line-strong'),
      },
    },
    { selector: 'edge[relation = "part_of"]', style: { 'line-style': 'dashed' } },
    { selector: '.far', style: { opacity: 0.25 } },
    {
      selector: 'node.centre',
      style: { 'width': 24, 'height': 24, 'border-width': 2.5, 'background-opacity': 0.5, 'font-weight': 'bold' },
    },
    { selector: 'node.near', style: { 'border-width': 2.5 } },
    { selector: 'edge.near', style: { 'line-color': colour('--accent'), 'target-arrow-color': colour('--accent'), 'width': 1.75 } },
  ]
}

/** Lifts an item and what it is linked to out of the rest. */
export function lift(cy: Core, refcode: string | undefined): void {
  cy.elements().removeClass('far near centre')
  const node = refcode ? cy.getElementById(refcode) : undefined
  if (!node?.length) return
  const near = node.closedNeighborhood()
  cy.elements().difference(near).addClass('far')
  near.addClass('near')
  node.addClass('centre')
}

export type Direction = 'left' | 'right' | 'up' | 'down'

interface Place { x: number, y: number }

/** How much worse a step aside is than a step ahead. */
const ASIDE = 2
const AHEAD: Record<Direction, Place> = {
  left: { x: -1, y: 0 }, right: { x: 1, y: 0 }, up: { x: 0, y: -1 }, down: { x: 0, y: 1 },
}

/** The item that one would expect to reach from another in a direction; nothing at the edge. */
export function neighbourAt(places: ReadonlyMap<string, Place>, from: string, direction: Direction): string | undefined {
  const start = places.get(from)
  if (!start) return
  const { x, y } = AHEAD[direction]
  let nearest: { name: string, far: number } | undefined
  for (const [name, place] of places) {
    const ahead = (place.x - start.x) * x + (place.y - start.y) * y
    const aside = Math.abs((place.x - start.x) * y) + Math.abs((place.y - start.y) * x)
    const far = ahead + ASIDE * aside
    if (ahead > 0 && (!nearest || far < nearest.far)) nearest = { name, far }
  }
  return nearest?.name
}

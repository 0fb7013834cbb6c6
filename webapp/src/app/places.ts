import { FlaskConical, House, Layers, Microscope, Package, Settings2, Waypoints } from '@lucide/vue'
import type { FunctionalComponent } from 'vue'

export interface Place {
  name: string
  title: string
  icon: FunctionalComponent
  /** Pressed after `G`. */
  key: string
}

/** Where the rail leads, in its order. */
export const PLACES: Place[] = [
  { name: 'start', title: 'Start', icon: House, key: 'h' },
  { name: 'samples', title: 'Samples', icon: FlaskConical, key: 's' },
  { name: 'inventory', title: 'Inventory', icon: Package, key: 'i' },
  { name: 'equipment', title: 'Equipment', icon: Microscope, key: 'e' },
  { name: 'collections', title: 'Collections', icon: Layers, key: 'c' },
  { name: 'graph', title: 'Graph', icon: Waypoints, key: 'g' },
]

/** Where administrators look after the lab; at the foot of the rail, for them alone. */
export const ADMINISTRATION: Omit<Place, 'key'> = { name: 'administration', title: 'Administration', icon: Settings2 }

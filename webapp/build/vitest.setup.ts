import '@testing-library/jest-dom/vitest'
import 'fake-indexeddb/auto'
import { cleanup } from '@testing-library/vue'
import { afterEach, beforeEach, vi } from 'vitest'

/** Parts of a browser that the headless DOM lacks and our widgets ask for. */
class NoResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

vi.stubGlobal('ResizeObserver', NoResizeObserver)
window.matchMedia ??= (query: string) =>
  ({ matches: false, media: query, addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList
Element.prototype.scrollIntoView ??= () => {}
Element.prototype.scrollTo = () => {}
Element.prototype.hasPointerCapture ??= () => false

beforeEach(() => {
  localStorage.clear()
  vi.stubGlobal('fetch', () => Promise.reject(new Error('A unit test reached for the network.')))
})

afterEach(cleanup)

import type { InjectionKey } from 'vue'

/** A thing that can be named in a text by `@`. */
export interface Reference {
  refcode: string
  /** What kind of thing it is: decides its mark. */
  type: string
  /** Mostly the thing's id. */
  text: string
  /** What helps to tell it from others. */
  hint?: string | undefined
}

/** Where texts find what `@` names, and where it leads. */
export interface References {
  find: (words: string, signal: AbortSignal) => Promise<Reference[]>
  address: (refcode: string) => string
}

/** Provided by a page; without it a text has no `@`. */
export const REFERENCES: InjectionKey<References> = Symbol('references')

/** What the chips of items carry while they are dragged. */
const DRAGGED = 'application/x-datalab-item'

/** The item whose chip was dropped, if it was one. */
export function droppedReference(data: DataTransfer | null): Reference | undefined {
  const raw = data?.getData(DRAGGED)
  return raw ? (JSON.parse(raw) as Reference) : undefined
}

import { computed, type InjectionKey, inject, provide, reactive } from 'vue'
import type { RemoteEntry } from '@/api/remotes'

/** A file of a remote folder that is to be attached. */
export interface Chosen {
  key: string
  remote: string
  path: string
  name: string
  size: number
}

export const keyOf = (remote: string, path: string) => `${remote}\n${path}`

/** The files that are chosen, in the order in which they were. */
export function makeChoice() {
  const files = reactive(new Map<string, Chosen>())

  function toggle(remote: string, { path, name, size }: Pick<RemoteEntry, 'path' | 'name' | 'size'>) {
    const key = keyOf(remote, path)
    if (!files.delete(key)) files.set(key, { key, remote, path, name, size: size ?? 0 })
  }

  return {
    files,
    all: computed(() => [...files.values()]),
    bytes: computed(() => [...files.values()].reduce((sum, { size }) => sum + size, 0)),
    has: (remote: string, path: string) => files.has(keyOf(remote, path)),
    toggle,
  }
}

export type Choice = ReturnType<typeof makeChoice>
const KEY: InjectionKey<Choice> = Symbol('chosen remote files')
export const provideChoice = (choice: Choice) => provide(KEY, choice)
export const useChoice = (): Choice => inject(KEY)!

import { expect, it } from 'vitest'
import type { FunctionalComponent } from 'vue'
import { fittingCommands } from './palette'

const command = (title: string) => ({ id: title, title, icon: (() => null) as FunctionalComponent, run: () => {} })
const commands = ['New sample', 'New cell', 'Go to Samples', 'Dark theme'].map(command)
const titles = (words: string) => fittingCommands(commands, words).map(({ title }) => title)

it('offers everything while nothing is typed', () => expect(titles('')).toHaveLength(4))
it('finds commands by the beginnings of their words, in any order', () => {
  expect(titles('sam')).toEqual(['New sample', 'Go to Samples'])
  expect(titles('sam new')).toEqual(['New sample'])
  expect(titles('ample')).toEqual([])
})

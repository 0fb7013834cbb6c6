import { expect, it } from 'vitest'
import { dropped, takeFolder } from './dropped'

type Tree = (string | [name: string, within: Tree])[]

const BATCH = 2

/** A folder as browsers give it: its entries come in batches. */
function folder(name: string, within: Tree): FileSystemDirectoryEntry {
  const entries = within.map((one) => (typeof one === 'string' ? file(one) : folder(...one)))
  const createReader = () => {
    const left = [...entries]
    return { readEntries: (tell: (some: FileSystemEntry[]) => void) => tell(left.splice(0, BATCH)) }
  }
  return { name, isDirectory: true, isFile: false, createReader } as unknown as FileSystemDirectoryEntry
}

const file = (name: string) =>
  ({ name, isDirectory: false, isFile: true, file: (tell: (one: File) => void) => tell(new File(['x'], name)) }) as FileSystemFileEntry

it('takes all files of a folder and of those within, by their names', async () => {
  const taken = await takeFolder(folder('batch-3', ['a.xy', 'b.xy', 'c.xy', '.DS_Store', ['old', ['d.xy', ['older', ['e.xy']]]]]))
  expect(taken.files.map(({ name }) => name)).toEqual(['a.xy', 'b.xy', 'c.xy', 'd.xy', 'e.xy'])
  expect(taken).toMatchObject({ refused: false, words: 'All 5 files of the folder “batch-3” will be attached.' })
})

it.each<[string, Tree]>([
  ['10', ['acqus', 'fid', ['pdata', [['1', ['procs', '1r']]]]]],
  ['run.D', ['AcqData.bin']],
  ['sample.fid', ['text']],
])('asks for a zip of a folder that is one measurement: %s', async (name, within) => {
  const taken = await takeFolder(folder(name, within))
  expect(taken.files).toEqual([])
  expect(taken.words).toMatch(`The folder “${name}” was not attached: its files are one measurement only as a whole. Zip the folder first`)
})

it('asks for a zip where files share a name', async () => {
  const taken = await takeFolder(folder('week', [['monday', ['log.txt']], ['tuesday', ['log.txt']]]))
  expect(taken).toMatchObject({ files: [], refused: true })
  expect(taken.words).toMatch(/share a name\. Zip the folder first/)
})

it('asks for a zip of very many files', async () => {
  const taken = await takeFolder(folder('stack', Array.from({ length: 501 }, (_, n) => `${n}.tif`)))
  expect(taken.words).toMatch(/more than 500 files\. Zip the folder first/)
})

it('says that a folder is empty', async () => {
  expect((await takeFolder(folder('nothing', [['within', []]]))).words).toMatch(/no files in it/)
})

it('says that a folder could not be read', async () => {
  const readEntries = (_: unknown, fail: (error: Error) => void) => fail(new Error('gone'))
  const broken = { ...folder('gone', []), createReader: () => ({ readEntries }) }
  const taken = await takeFolder(broken as unknown as FileSystemDirectoryEntry)
  expect(taken).toMatchObject({ refused: true, words: expect.stringMatching(/could not be read/) })
})

it('tells files from folders, and takes files that have no entry', () => {
  const item = (entry: unknown, one: File | null) => ({ kind: 'file', webkitGetAsEntry: () => entry, getAsFile: () => one })
  const batch = folder('batch', [])
  const text = { kind: 'string', getAsFile: () => null }
  const data = { items: [item(file('a.xy'), new File([], 'a.xy')), item(batch, new File([], 'batch')), item(null, new File([], 'b.xy')), text] }
  const { files, folders } = dropped(data as unknown as DataTransfer)
  expect(files.map(({ name }) => name)).toEqual(['a.xy', 'b.xy'])
  expect(folders).toEqual([batch])
})

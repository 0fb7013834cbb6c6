/** What was dropped: files, and folders with all files in them. */

const MOST_FILES = 500
/** Instruments whose measurement is the folder: Agilent and Bruker `.d`, Waters `.raw`, Varian `.fid`. */
const MEASUREMENT_FOLDER = /\.(?:d|raw|fid)$/i
const MEASUREMENT_FILE = /^(?:acqus?|fid|ser|procpar)$/i
/** What systems put into folders for themselves. */
const OF_THE_SYSTEM = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini'])

export interface Dropped {
  files: File[]
  folders: FileSystemDirectoryEntry[]
}

/** To be called while the drop is handled: later, browsers tell nothing of it any more. */
export function dropped(data: DataTransfer): Dropped {
  const files: File[] = []
  const folders: FileSystemDirectoryEntry[] = []
  for (const one of data.items) {
    const entry = one.kind === 'file' ? one.webkitGetAsEntry?.() : null
    const file = entry?.isDirectory ? null : one.getAsFile()
    if (entry?.isDirectory) folders.push(entry as FileSystemDirectoryEntry)
    if (file) files.push(file)
  }
  return { files, folders }
}

export interface FolderTaken {
  /** To be attached one by one, by their own names. */
  files: File[]
  /** What became of the folder, in words. */
  words: string
  refused: boolean
}

/**
 * The files of a folder and of those within. A folder that means something only as a whole, or whose files share
 * names, is not taken: readers want it as a zip.
 */
export async function takeFolder(folder: FileSystemDirectoryEntry): Promise<FolderTaken> {
  try {
    const entries = await entriesWithin(folder)
    const why = whyNot(folder.name, entries.map(({ name }) => name))
    if (why) return { files: [], words: `The folder “${folder.name}” was not attached: ${why}`, refused: true }
    const files = await Promise.all(entries.map(fileOf))
    const number = files.length === 1 ? 'The one file' : `All ${files.length} files`
    return { files, words: `${number} of the folder “${folder.name}” will be attached.`, refused: false }
  } catch {
    return { files: [], words: `The folder “${folder.name}” was not attached: it could not be read.`, refused: true }
  }
}

function whyNot(folder: string, names: string[]): string | undefined {
  const zip = 'Zip the folder first, and drop the zip.'
  if (!names.length) return 'there are no files in it.'
  if (MEASUREMENT_FOLDER.test(folder) || names.some((name) => MEASUREMENT_FILE.test(name))) {
    return `its files are one measurement only as a whole. ${zip}`
  }
  if (new Set(names).size < names.length) return `files in it share a name. ${zip}`
  if (names.length > MOST_FILES) return `it holds more than ${MOST_FILES} files. ${zip}`
}

async function entriesWithin(folder: FileSystemDirectoryEntry): Promise<FileSystemFileEntry[]> {
  const found: FileSystemFileEntry[] = []
  for (const entry of await children(folder)) {
    if (entry.isDirectory) found.push(...await entriesWithin(entry as FileSystemDirectoryEntry))
    else if (!OF_THE_SYSTEM.has(entry.name)) found.push(entry as FileSystemFileEntry)
    if (found.length > MOST_FILES) return found
  }
  return found
}

/** Browsers give them in batches, until one is empty. */
async function children(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (!some.length) return all
    all.push(...some)
  }
}

const fileOf = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject))

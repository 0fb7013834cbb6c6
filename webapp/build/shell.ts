import type { Plugin } from 'vite'

/** Beyond this [bytes] a file is kept once it was needed, not fetched ahead: the drawing library. */
const MOST_AHEAD = 500_000
const AHEAD = /\.(js|css)$|(inter|jetbrains-mono)-(latin|greek)-wght.*\.woff2$/

/** Tells the worker that opens the page while the server is away which files the page is made of. */
export function shell(): Plugin {
  return {
    name: 'shell',
    apply: 'build',
    generateBundle(_, bundle) {
      const worker = bundle['sw.js']
      if (worker?.type !== 'chunk') throw new Error('The build has no sw.js.')
      const files = Object.values(bundle).filter(({ fileName }) => fileName.startsWith('assets/'))
      const ahead = files.map((file) => {
        const size = file.type === 'chunk' ? file.code.length : file.source.length
        return [`/${file.fileName}`, AHEAD.test(file.fileName) && size < MOST_AHEAD]
      })
      worker.code = worker.code.replaceAll('__SHELL__', JSON.stringify(Object.fromEntries(ahead)))
    },
  }
}

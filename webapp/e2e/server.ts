import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const DATALAB = fileURLToPath(new URL('../../pydatalab/.venv/bin/pydatalab', import.meta.url))
const START_MS = 20_000
const PAUSE_MS = 50

/** A server with an empty lab of its own. */
export interface Lab {
  url: string
  /** Where it keeps its data. */
  folder: string
  /** The link that makes its first visitor the administrator. */
  firstRunLink: string
  /** Ends the server; the lab stays as it is. */
  pause: () => Promise<void>
  /** Starts a server that was paused. */
  resume: () => Promise<void>
  stop: () => Promise<void>
}

/** @param settings - by the names of environment variables; `DATA` in them stands for the lab's own folder. */
export async function startLab(settings: Record<string, string> = {}): Promise<Lab> {
  const data = await mkdtemp(join(tmpdir(), 'datalab-e2e-'))
  const port = await freePort()
  const own = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value.replaceAll('DATA', data)]))
  const start = () => spawn(DATALAB, ['serve', '--port', String(port)], {
    cwd: data,
    env: { ...process.env, PYDATALAB_DATA_DIRECTORY: data, ...own },
  })
  let server = start()
  const url = `http://localhost:${port}`
  const firstRunLink = await printedLink(server)
  await ready(url)
  const pause = () => ended(server)
  const resume = async () => {
    server = start()
    await ready(url)
  }
  const stop = async () => {
    await ended(server)
    await rm(data, { recursive: true, force: true })
  }
  return { url, folder: data, firstRunLink, pause, resume, stop }
}

function printedLink(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const late = setTimeout(() => reject(new Error(`The server printed no link:\n${said}`)), START_MS)
    const read = (chunk: Buffer) => {
      said += chunk.toString()
      const link = /http\S+\/sign-in\/first-run\?token=\S+/.exec(said)?.[0]
      if (!link) return
      clearTimeout(late)
      resolve(link)
    }
    server.stdout?.on('data', read)
    server.stderr?.on('data', read)
    server.on('exit', (code) => reject(new Error(`The server ended with ${code}:\n${said}`)))
  })
}

async function ready(url: string): Promise<void> {
  const until = Date.now() + START_MS
  while (Date.now() < until) {
    const answer = await fetch(`${url}/healthcheck/is_ready`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  throw new Error(`${url} does not answer.`)
}

function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    server.removeAllListeners('exit').once('exit', () => resolve())
    server.kill('SIGTERM')
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

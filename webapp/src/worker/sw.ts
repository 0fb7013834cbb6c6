/**
 * Opens the page while the server is away, from what this browser kept of it.
 *
 * Only the page itself is kept, never what the lab's items say. Whatever the server answers comes first; its data, and
 * addresses that are not the page's own, do not pass through here.
 */
/// <reference lib="webworker" />
declare const self: ServiceWorkerGlobalScope

/** Written by the build: the files of the page, and whether each is fetched ahead or kept once it was needed. */
declare const __SHELL__: Record<string, boolean>
const SHELL = new Map(Object.entries(__SHELL__))

const KEPT = 'datalab-page'
const PAGE = '/'
const BESIDE = ['/theme.js', '/favicon.svg']
/** The server's own addresses, beside the page or below the path that the examples of proxies give them. */
const NOT_THE_PAGE = /^(\/api)?\/(v1|healthcheck|sign-in\/.+)(\/|$)/
/** What a proxy answers while the server itself is away. */
const NOBODY_BEHIND = new Set([502, 503, 504])
const PATIENCE_MS = 5_000

self.addEventListener('install', (event) => event.waitUntil(fetchAhead()))
self.addEventListener('activate', (event) => event.waitUntil(takeOver()))

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin) return
  if (SHELL.has(pathname)) event.respondWith(lasting(request))
  else if (BESIDE.includes(pathname)) event.respondWith(fresh(request, pathname))
  else if (request.mode === 'navigate' && !NOT_THE_PAGE.test(pathname)) event.respondWith(fresh(request, PAGE))
})

async function fetchAhead(): Promise<void> {
  const kept = await caches.open(KEPT)
  const has = new Set((await kept.keys()).map(({ url }) => new URL(url).pathname))
  await kept.addAll([...SHELL].flatMap(([path, isAhead]) => (isAhead && !has.has(path) ? [path] : [])))
  const anew = (path: string, accept: string) => new Request(path, { cache: 'reload', headers: { Accept: accept } })
  await kept.addAll([anew(PAGE, 'text/html'), ...BESIDE.map((path) => anew(path, '*/*'))])
}

/** What no version needs any more goes; tabs that are open keep what they have. */
async function takeOver(): Promise<void> {
  const kept = await caches.open(KEPT)
  for (const request of await kept.keys()) {
    const { pathname } = new URL(request.url)
    if (!SHELL.has(pathname) && ![PAGE, ...BESIDE].includes(pathname)) await kept.delete(request)
  }
  await self.clients.claim()
}

/** A file whose name changes with its content. */
async function lasting(request: Request): Promise<Response> {
  const kept = await caches.open(KEPT)
  const known = await kept.match(request.url, { ignoreVary: true })
  if (known) return known
  const answer = await fetch(request)
  if (answer.ok) await kept.put(request.url, answer.clone())
  return answer
}

/** What the server answers; where it does not, what was kept. */
async function fresh(request: Request, path: string): Promise<Response> {
  const answer = await Promise.race([fetch(request).catch(() => undefined), patience()])
  if (answer && !NOBODY_BEHIND.has(answer.status)) return answer
  return await caches.match(path, { ignoreVary: true }) ?? answer ?? Response.error()
}

const patience = () => new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE_MS))

export {}

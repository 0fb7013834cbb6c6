/**
 * The one door to the server: JSON in and out, problems as `Problem`, files with progress.
 *
 * Nothing outside this folder talks to the network.
 */
import { Problem, unreachable } from './problem'

export type QueryValue = string | number | boolean | readonly (string | number)[] | null | undefined
export type Query = Record<string, QueryValue>

export interface Asking {
  query?: Query
  /** Sent as JSON. */
  body?: unknown
  /** The edit that a change was made from; a stale one is refused with both states. */
  ifMatch?: number
  signal?: AbortSignal
}

export interface Uploading {
  query?: Query
  signal?: AbortSignal
  /** Called with the bytes sent so far and all bytes to send. */
  onProgress?: (sent: number, total: number) => void
}

/** The server's address, where the page is served from elsewhere; empty where both have one origin. */
const SERVER = document.querySelector<HTMLMetaElement>('meta[name="x_datalab_api_url"]')?.content ?? ''

/** Whether the page is served from elsewhere than the server. */
export const isApart = SERVER !== ''

/** Unsafe requests by cookie carry this, which no other site's form can send. */
const FROM_THE_PAGE = { 'X-Requested-With': 'datalab' }

let signedOut: () => void = () => {}

/** Says what happens when the server no longer knows who we are. */
export function onSignedOut(handler: () => void): void {
  signedOut = handler
}

let unreached: () => void = () => {}

/** Says what happens when a request found no server, or one that lacks something to answer with. */
export function onUnreachable(handler: () => void): void {
  unreached = handler
}

/** Whether the server answers, and its database too, without a word to anybody. */
export async function isReady(): Promise<boolean> {
  return fetch(address('/healthcheck/is_ready'), { cache: 'no-store' }).then(({ ok }) => ok, () => false)
}

/** A path on the server with its query; lists are repeated, empty values left out. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one != null && one !== '') search.append(key, String(one))
    }
  }
  return SERVER + (search.size ? `${path}?${search}` : path)
}

/** A path below `/v1` from parts, each made safe. */
export function at(...parts: (string | number)[]): string {
  return ['/v1', ...parts.map((part) => encodeURIComponent(part).replaceAll('%3A', ':'))].join('/')
}

/**
 * Asks the server, and gives the answer's JSON (`undefined` when it is empty).
 *
 * @throws Problem when it refuses or cannot be reached; an abort throws as `fetch` does.
 */
export async function ask<Answer>(method: string, path: string, asking: Asking = {}): Promise<Answer> {
  const response = await send(method, path, asking)
  const body = readBody(await response.text())
  if (response.ok) return body as Answer
  throw refusal(response.status, body)
}

/** What stands at an address, as it is. */
export async function bytes(path: string, signal?: AbortSignal): Promise<Blob> {
  const response = await send('GET', path, { signal })
  if (response.ok) return response.blob()
  throw refusal(response.status, readBody(await response.text()))
}

async function send(method: string, path: string, { query, body, ifMatch, signal }: Asking): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'GET') Object.assign(headers, FROM_THE_PAGE)
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (ifMatch !== undefined) headers['If-Match'] = `"${ifMatch}"`
  try {
    return await fetch(address(path, query), {
      method, headers, signal: signal ?? null,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: isApart ? 'include' : 'same-origin',
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw away()
  }
}

/**
 * Sends one file, with progress.
 *
 * @throws Problem when the server refuses or cannot be reached; `AbortError` when given up.
 */
export function upload<Answer>(path: string, file: File, uploading: Uploading = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', address(path, uploading.query))
    request.withCredentials = isApart
    for (const [name, value] of Object.entries(FROM_THE_PAGE)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => uploading.onProgress?.(loaded, total)
    request.onload = () => {
      const body = readBody(request.responseText)
      if (request.status >= 200 && request.status < 300) resolve(body as Answer)
      else reject(refusal(request.status, body))
    }
    request.onerror = () => reject(away())
    request.onabort = () => reject(new DOMException('The upload was given up.', 'AbortError'))
    if (uploading.signal?.aborted) return request.onabort(new ProgressEvent('abort'))
    uploading.signal?.addEventListener('abort', () => request.abort(), { once: true })

    const form = new FormData()
    form.append('file', file, file.name)
    request.send(form)
  })
}

/** What a proxy answers while the server itself is away; the server, in words, while something that it needs is. */
const NOBODY_BEHIND = new Set([502, 503, 504])

function refusal(status: number, body: unknown): Problem {
  if (status === 401) signedOut()
  const details = typeof body === 'object' && body ? (body as Record<string, unknown>) : {}
  if (NOBODY_BEHIND.has(status)) {
    if (!details.detail) return away()
    unreached()
  }
  return new Problem(status, { title: `The server answered ${status}`, ...details })
}

function away(): Problem {
  unreached()
  return unreachable()
}

function readBody(raw: string): unknown {
  if (!raw) return undefined
  try {
    return JSON.parse(raw)
  } catch {
    return raw
  }
}

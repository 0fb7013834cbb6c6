import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { address, ask, at, isReady, onSignedOut, onUnreachable, upload } from './client'
import { Problem } from './problem'

const answering = (status: number, body?: unknown) => {
  const answer = vi.fn<typeof fetch>(() =>
    Promise.resolve(new Response(body === undefined ? null : JSON.stringify(body), { status })))
  vi.stubGlobal('fetch', answer)
  return answer
}

it('builds addresses: lists repeated, empty values left out, names made safe', () => {
  expect(address('/v1/items', { type: ['samples', 'cells'], q: '', cursor: undefined, limit: 5 }))
    .toBe('/v1/items?type=samples&type=cells&limit=5')
  expect(at('items', 'grey:AB12CD')).toBe('/v1/items/grey:AB12CD')
  expect(at('collections', 'a/b ?')).toBe('/v1/collections/a%2Fb%20%3F')
})

it('marks changes as coming from the page and from an edit', async () => {
  const answer = answering(200, { edit: 4 })
  await ask('PATCH', '/v1/items/x', { body: { name: null }, ifMatch: 3 })
  const [, asking] = answer.mock.calls[0]!
  expect(asking?.headers).toMatchObject({ 'X-Requested-With': 'datalab', 'If-Match': '"3"' })
  expect(asking?.body).toBe('{"name":null}')
})

it('throws what the server says, with the complaint of each field', async () => {
  answering(422, { title: 'Not valid', detail: 'One field is wrong.', errors: [{ loc: ['body', 'date'], msg: 'no date' }] })
  const problem = await ask('POST', '/v1/items', { body: {} }).catch((error: unknown) => error)
  expect(problem).toBeInstanceOf(Problem)
  expect(problem).toMatchObject({ status: 422, message: 'One field is wrong.' })
  expect((problem as Problem).about('date')).toBe('no date')
})

it('takes a proxy with nobody behind it for a server that cannot be reached', async () => {
  answering(502)
  expect(await ask('GET', '/v1/me').catch((error: unknown) => error)).toMatchObject({ status: 0, unreachable: true })
  answering(503, { detail: 'The disk is full.' })
  expect(await ask('GET', '/v1/me').catch((error: unknown) => error)).toMatchObject({ status: 503, message: 'The disk is full.' })
})

it('wonders whether the server is away when it cannot answer, but not when it refuses', async () => {
  const wondered = vi.fn()
  onUnreachable(wondered)
  answering(422, { detail: 'One field is wrong.' })
  await ask('GET', '/v1/items').catch(() => {})
  expect(wondered).not.toHaveBeenCalled()
  answering(503, { detail: 'The database is away.' })
  await ask('GET', '/v1/items').catch(() => {})
  expect(wondered).toHaveBeenCalledOnce()
  onUnreachable(() => {})
})

it('takes a server whose database is away for one that is not ready', async () => {
  const answer = answering(503, { detail: 'The database is away.' })
  expect(await isReady()).toBe(false)
  expect(answer.mock.calls[0]![0]).toBe('/healthcheck/is_ready')
  answering(200, {})
  expect(await isReady()).toBe(true)
})

it('says so when nobody is signed in any more', async () => {
  const gone = vi.fn()
  onSignedOut(gone)
  answering(401, { title: 'Sign in first' })
  await expect(ask('GET', '/v1/me')).rejects.toBeInstanceOf(Problem)
  expect(gone).toHaveBeenCalledOnce()
})

it('tells a network that failed from a server that refused', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  await expect(ask('GET', '/v1/me')).rejects.toMatchObject({ unreachable: true })
})

it('gives nothing for an empty answer', async () => {
  answering(204)
  await expect(ask('DELETE', '/v1/session')).resolves.toBeUndefined()
})

describe('an upload', () => {
  class FakeRequest {
    static last: FakeRequest
    upload: { onprogress?: (event: { loaded: number, total: number }) => void } = {}
    onload = () => {}
    onerror = () => {}
    onabort = () => {}
    status = 0
    responseText = ''
    headers: Record<string, string> = {}
    path = ''
    constructor() { FakeRequest.last = this }
    open(_method: string, path: string) { this.path = path }
    setRequestHeader(name: string, value: string) { this.headers[name] = value }
    send() {}
    abort() { this.onabort() }
    answer(status: number, body: unknown) {
      this.status = status
      this.responseText = JSON.stringify(body)
      this.onload()
    }
  }
  const file = new File(['1 2\n'], 'scan.xy')

  beforeEach(() => { vi.stubGlobal('XMLHttpRequest', FakeRequest) })
  afterEach(() => { vi.unstubAllGlobals() })

  it('tells how far it is and gives the record', async () => {
    const onProgress = vi.fn()
    const sent = upload('/v1/items/x/files', file, { query: { same_name: 'refuse' }, onProgress })
    FakeRequest.last.upload.onprogress?.({ loaded: 2, total: 4 })
    FakeRequest.last.answer(201, { file_id: 'f' })
    await expect(sent).resolves.toEqual({ file_id: 'f' })
    expect(onProgress).toHaveBeenCalledWith(2, 4)
    expect(FakeRequest.last.path).toBe('/v1/items/x/files?same_name=refuse')
  })

  it('can be given up', async () => {
    const giveUp = new AbortController()
    const sent = upload('/v1/items/x/files', file, { signal: giveUp.signal })
    giveUp.abort()
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('that is refused throws the reason', async () => {
    const sent = upload('/v1/items/x/files', file)
    FakeRequest.last.answer(409, { title: 'Same name', existing: { file_id: 'old' } })
    await expect(sent).rejects.toMatchObject({ status: 409, body: { existing: { file_id: 'old' } } })
  })
})

it('talks to the server that the document names, with its session, where that is elsewhere', async () => {
  document.head.innerHTML = '<meta name="x_datalab_api_url" content="https://api.lab.example">'
  vi.resetModules()
  const apart = await import('./client')
  document.head.innerHTML = ''
  const answer = answering(200, {})
  await apart.ask('GET', '/v1/me')
  expect(answer).toHaveBeenCalledWith('https://api.lab.example/v1/me', expect.objectContaining({ credentials: 'include' }))
  expect(apart.isApart).toBe(true)
})

/** One complaint about one field, as the server words it. */
export interface FieldProblem {
  loc: (string | number)[]
  msg: string
}

/** What the server says when it refuses (RFC 9457), or what we say when it cannot be reached. */
export class Problem extends Error {
  override readonly name = 'Problem'
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  readonly title: string
  readonly fields: FieldProblem[]
  /** An id to quote when asking for help, where the server gave one. */
  readonly instance: string | undefined
  /** Everything the answer held, for conflicts that bring both states. */
  readonly body: Record<string, unknown>

  constructor(status: number, body: Record<string, unknown> = {}) {
    const title = text(body.title) ?? 'Something went wrong'
    super(text(body.detail) ?? title)
    this.status = status
    this.title = title
    this.body = body
    this.fields = Array.isArray(body.errors) ? (body.errors as FieldProblem[]) : []
    this.instance = text(body.instance)
  }

  /** The complaint about a field, by the last part of its place. */
  about(field: string): string | undefined {
    return this.fields.find(({ loc }) => loc.at(-1) === field)?.msg
  }

  /** True when the network failed: nothing was decided, so it may be tried again. */
  get unreachable(): boolean {
    return this.status === 0
  }
}

/** The problem of a server that did not answer. */
export function unreachable(): Problem {
  return new Problem(0, {
    title: 'The server cannot be reached',
    detail: 'The server cannot be reached. Check the network; what you typed is kept.',
  })
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined)

import type { ServerNow } from '@/api/types'

/** What is remembered of one look at the server. */
export interface Look { at: number, answered: number, since: string | null }

const MINUTE_S = 60
const HOUR_S = 60 * MINUTE_S
const DAY_S = 24 * HOUR_S
/** From here on little is left. */
const FULL = 0.9

export const lookOf = ({ measured_at, started_at, requests }: ServerNow): Look =>
  ({ at: Date.parse(measured_at!), answered: requests.number, since: started_at })

/** Requests a second between each two looks that follow one another; none across a restart. */
export function rates(looks: Look[]): number[] {
  return looks.slice(1).flatMap((look, i) => {
    const before = looks[i]!
    const seconds = (look.at - before.at) / 1000
    return before.since === look.since && seconds > 0 ? [Math.max(0, look.answered - before.answered) / seconds] : []
  })
}

/** Requests a second: since the last look, or, on the first, on the average of the whole time. */
export const rateNow = (looks: Look[], server: ServerNow): number =>
  rates(looks.slice(-2))[0] ?? server.requests.number / Math.max(1, server.uptime_seconds)

/** `3 days 4 h`, `12 min`: the two largest parts. */
export function lasting(seconds: number): string {
  const days = Math.floor(seconds / DAY_S)
  const hours = Math.floor((seconds % DAY_S) / HOUR_S)
  const minutes = Math.floor((seconds % HOUR_S) / MINUTE_S)
  if (days) return `${days} ${days === 1 ? 'day' : 'days'}${hours ? ` ${hours} h` : ''}`
  if (hours) return `${hours} h${minutes ? ` ${minutes} min` : ''}`
  return minutes ? `${minutes} min` : `${Math.round(seconds)} s`
}

/** `4 ms`, `0.34 s`, `12 s`. */
export function took(seconds: number): string {
  if (seconds < 0.0995) return `${(seconds * 1000).toFixed(seconds < 0.00995 ? 1 : 0)} ms`
  return `${seconds.toFixed(seconds < 9.95 ? 2 : 0)} s`
}

/** A rate as one reads it: `0.2`, `14`. */
export const perSecond = (rate: number): string => rate.toFixed(rate < 9.95 ? 1 : 0)

/** `94 %` of a whole, which may be nothing. */
export const share = (part: number, whole: number): string => (whole ? `${Math.round((part / whole) * 100)} %` : '–')

const ROUTES: Record<string, string> = { '/{path:page}': 'the page and its files', 'none': 'unknown addresses' }

/** A route's template; in words where that would tell nobody anything. */
export const routeName = (route: string): string => ROUTES[route] ?? route

/** Of this part the room on one disk may have changed between two looks at it. */
const BETWEEN_LOOKS = 0.001

/** The disks there are: where files and database lie on the same one, it is told once. */
export function disksOf({ files, data }: Pick<ServerNow['storage'], 'files' | 'data'>): { name: string, free: number, total: number }[] {
  if (!files) return [{ name: 'Database and plots', ...data }]
  const isOne = files.total === data.total && Math.abs(files.free - data.free) <= BETWEEN_LOOKS * data.total
  if (isOne) return [{ name: 'Files, database and plots', ...files }]
  return [{ name: 'Files', ...files }, { name: 'Database and plots', ...data }]
}

/** How the server does in a few words: the worst that there is to say. */
export function standing(server: ServerNow): { text: string, tone: 'good' | 'warning' | 'bad' } {
  const { database, machine, storage, workers } = server
  const disks = [storage.files, storage.data].filter((disk) => disk !== null)
  if (!database.reachable) return { text: 'The database is away', tone: 'bad' }
  if (!storage.files_reachable) return { text: 'Uploads cannot be kept', tone: 'bad' }
  if (!workers.reachable) return { text: 'Nobody reads files', tone: 'bad' }
  if (disks.some(({ free, total }) => free < (1 - FULL) * total)) return { text: 'The disk is nearly full', tone: 'warning' }
  if (machine.memory_available < (1 - FULL) * machine.memory_total) return { text: 'Little memory is left', tone: 'warning' }
  if (machine.load[1]! > 2 * machine.cores) return { text: 'Very busy', tone: 'warning' }
  return { text: 'All is well', tone: 'good' }
}

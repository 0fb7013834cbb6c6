const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const MOMENT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit',
})
const EXACTLY = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short',
})
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

/** `14 Mar 2026` */
export const day = (iso: string) => DAY.format(new Date(iso))

/** `14 Mar 2026, 14:02`; the day alone where somebody gave only that: then it is midnight. */
export function moment(iso: string): string {
  const date = new Date(iso)
  return (date.getHours() || date.getMinutes() ? MOMENT : DAY).format(date)
}

/** `14 Mar 2026, 14:02 GMT+1` */
export const exactly = (iso: string) => EXACTLY.format(new Date(iso))

/** `14:02` */
export const clock = (iso: string) => CLOCK.format(new Date(iso))

/** How long ago, as one says it; the day from a week on. */
export function ago(iso: string, now = Date.now()): string {
  const passed = now - new Date(iso).getTime()
  if (passed < MINUTE_MS) return 'just now'
  if (passed < HOUR_MS) return `${Math.floor(passed / MINUTE_MS)} min ago`
  if (passed < DAY_MS) return `${Math.floor(passed / HOUR_MS)} h ago`
  if (passed < 2 * DAY_MS) return 'yesterday'
  if (passed < 7 * DAY_MS) return `${Math.floor(passed / DAY_MS)} days ago`
  return day(iso)
}

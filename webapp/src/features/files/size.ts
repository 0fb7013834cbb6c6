const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** `1.4 MB`: with steps of a thousand, as disks are sold. */
export function size(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3 + 1e-9), UNITS.length - 1)
  const value = bytes / 1000 ** step
  return `${step && value < 99.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[step]}`
}

const MINUTE = 60

/** How long is left, as one says it. */
export function timeLeft(seconds: number): string {
  if (seconds < 1) return 'almost done'
  if (seconds < MINUTE) return `${Math.round(seconds)} s left`
  return `${Math.round(seconds / MINUTE)} min left`
}

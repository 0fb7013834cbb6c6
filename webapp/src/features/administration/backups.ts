import type { Backup, BackupStrategy } from '@/api/types'

interface Shown { text: string, tone: 'good' | 'open' | 'warning' | 'bad' | 'quiet' }

const STATES: Record<Backup['state'], Shown> = {
  running: { text: 'Running', tone: 'open' },
  done: { text: 'Made', tone: 'good' },
  failed: { text: 'Failed', tone: 'bad' },
  cancelled: { text: 'Cancelled', tone: 'quiet' },
}

const HEALTH: Record<Backup['health'], Shown> = {
  untested: { text: 'Not drilled yet', tone: 'quiet' },
  healthy: { text: 'Healthy', tone: 'good' },
  broken: { text: 'Broken', tone: 'bad' },
}

const RULES: Record<string, string> = { newest: 'newest', daily: 'daily', weekly: 'weekly', monthly: 'monthly', yearly: 'yearly' }

/** How a run went, or what became of its backup, as `StatusDot` shows it. */
export function runState(run: Backup): Shown {
  if (run.state !== 'done') return STATES[run.state]
  if (run.removed_at) return { text: 'Removed', tone: 'quiet' }
  return run.damage ? { text: 'No backup', tone: 'bad' } : STATES.done
}

/** Whether there is a backup of it that could be restored. */
export const isThere = (run: Backup): boolean => run.state === 'done' && !run.removed_at && !run.damage

/** Whether a backup came back whole. */
export const healthOf = (run: Backup): Shown => HEALTH[run.health]

/** How it stands with a strategy: its last run first, then the newest backup that it has. */
export function standing({ last_run, newest }: BackupStrategy): Shown {
  if (last_run?.state === 'failed') return { text: 'Last run failed', tone: 'bad' }
  if (last_run?.state === 'running') return STATES.running
  return newest ? healthOf(newest) : { text: 'No backup yet', tone: 'warning' }
}

/** What is kept, in words: “7 daily, 4 weekly”. */
export function retentionWords(retention: BackupStrategy['retention']): string {
  return Object.entries(retention).map(([rule, number]) => `${number} ${RULES[rule] ?? rule}`).join(', ')
}

/** A backup's name without its folder. */
export const shortName = (name: string): string => name.slice(name.lastIndexOf('/') + 1)

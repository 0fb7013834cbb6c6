import type { Job } from '@/api/types'

/** What jobs are called; one that is missing here goes by its own name. */
const NAMES: Record<string, string> = {
  'create-backup': 'Backup',
  'verify-backup': 'Check of a backup',
  'drill-backup': 'Drill of backups',
  'restore-from-backup': 'Restoring of an item',
  'import-inventory': 'Import of an inventory',
  'undo-import': 'Undoing of an import',
  'follow-remote-files': 'Look at live files',
  'copy-remote-file': 'Copy of a remote file',
  'check-items': 'Check of all items',
  'check-files': 'Check of all files',
  'list-unused-blobs': 'Unused files',
  'remove-unused-blobs': 'Removal of unused files',
  'rebuild': 'Rebuilding of search and links',
  'show-space': 'What takes the space',
}

const STATES: Record<Job['state'], { text: string, tone: 'good' | 'open' | 'bad' | 'quiet' }> = {
  waiting: { text: 'Waiting', tone: 'quiet' },
  running: { text: 'Running', tone: 'open' },
  done: { text: 'Done', tone: 'good' },
  failed: { text: 'Failed', tone: 'bad' },
  cancelled: { text: 'Cancelled', tone: 'quiet' },
}

/** `create-backup` is “Create backup”, unless there is a better name. */
export function jobName(name: string): string {
  const words = name.replaceAll('-', ' ')
  return NAMES[name] ?? words.charAt(0).toUpperCase() + words.slice(1)
}

/** A job's state as `StatusDot` shows it. */
export function jobState(job: Job): { text: string, tone: 'good' | 'open' | 'bad' | 'quiet' } {
  if (job.state === 'running' && job.cancel_asked) return { text: 'Stopping', tone: 'open' }
  if (job.result?.num_failed || job.result?.num_faults) return { text: 'Faults', tone: 'bad' }
  return STATES[job.state]
}

export const isUnderWay = ({ state }: Job): boolean => state === 'waiting' || state === 'running'

/** How far it is, in words: “Copying files: 120 of 4,000”. */
export function howFar({ state, progress: { doing, done, total } }: Job): string {
  if (state === 'waiting') return 'Waits for its turn'
  if (!doing) return 'Begins'
  const number = done ? done.toLocaleString('en') + (total ? ` of ${total.toLocaleString('en')}` : '') : ''
  return number ? `${doing}: ${number}` : doing
}

import type { AccountEvent, AccountRow } from '@/api/types'

export type Status = AccountRow['account_status']
export type Role = AccountRow['role']

export const ROLES: { value: Role, label: string }[] = [
  { value: 'user', label: 'User' },
  { value: 'manager', label: 'Manager' },
  { value: 'admin', label: 'Administrator' },
]

const STATES: Record<Status, { text: string, tone: 'good' | 'warning' | 'quiet' }> = {
  unverified: { text: 'Waits', tone: 'warning' },
  active: { text: 'Active', tone: 'good' },
  deactivated: { text: 'Deactivated', tone: 'quiet' },
}

export const STATUSES = Object.entries(STATES).map(([value, { text }]) => ({ value: value as Status, label: text }))

export const roleName = (role: string): string => ROLES.find(({ value }) => value === role)?.label ?? role

/** A state of an account as `StatusDot` shows it. */
export function standing({ account_status, merged_into }: Pick<AccountRow, 'account_status' | 'merged_into'>) {
  return merged_into ? { text: 'Merged', tone: 'quiet' as const } : STATES[account_status]
}

const statusName = (status: string | null) => (STATES[status as Status]?.text ?? 'nothing').toLowerCase()

/** A line of an account's history, in words. */
export function eventWords({ did, before, after }: AccountEvent): string {
  switch (did) {
    case 'created': return `Made the account, as ${roleName(after ?? 'user').toLowerCase()}`
    case 'name': return `Changed the name from “${before}” to “${after}”`
    case 'email': return after ? `Changed the e-mail to ${after}` : `Removed the e-mail ${before}`
    case 'status': return after === 'active' ? 'Activated the account' : `Changed the status to ${statusName(after)}`
    case 'role': return `Changed the role from ${roleName(before ?? '')} to ${roleName(after ?? '')}`
    case 'managers': return after ? `Named as managers: ${after}` : 'Let nobody manage this person'
    case 'joined group': return `Added to the group ${after}`
    case 'left group': return `Took out of the group ${before}`
    case 'made key': return `Made the API key “${after}”`
    case 'revoked key': return `Ended the API key “${before}”`
    case 'made link': return 'Made a sign-in link'
    case 'merged': return after ? `Merged into ${after}` : `Took over the account of ${before}`
  }
}

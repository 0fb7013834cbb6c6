import { expect, it } from 'vitest'
import { eventWords, standing } from './people'

const event = { at: '2026-01-01T00:00:00+00:00', by: null, before: null, after: null }

it('tells each kind of change in words', () => {
  expect(eventWords({ ...event, did: 'role', before: 'user', after: 'admin' })).toBe('Changed the role from User to Administrator')
  expect(eventWords({ ...event, did: 'email', before: 'a@b.c' })).toBe('Removed the e-mail a@b.c')
  expect(eventWords({ ...event, did: 'status', before: 'active', after: 'deactivated' })).toBe('Changed the status to deactivated')
  expect(eventWords({ ...event, did: 'merged', before: 'Ada L.' })).toBe('Took over the account of Ada L.')
})

it('shows a merged account as that, not as deactivated', () => {
  expect(standing({ account_status: 'deactivated', merged_into: '0'.repeat(24) }).text).toBe('Merged')
  expect(standing({ account_status: 'unverified', merged_into: null })).toEqual({ text: 'Waits', tone: 'warning' })
})

import { render, screen } from '@testing-library/vue'
import { expect, it } from 'vitest'
import ErrorState from './ErrorState.vue'

it('says what happened once, what was kept, and an id to quote', () => {
  const problem = { title: 'The disk is full', message: 'The disk is full. What you typed is kept.', instance: 'urn:err:42' }
  render(ErrorState, { props: { problem } })
  expect(screen.getByRole('alert')).toHaveTextContent(/^The disk is full\s*What you typed is kept\.\s*Quote urn:err:42/)
})

it('can be worded by the page', () => {
  render(ErrorState, { props: { title: 'Your keys could not be listed', problem: { title: 'Busy', message: 'Try later.' }, retry: false } })
  expect(screen.getByRole('alert')).toHaveTextContent(/^Your keys could not be listed\s*Try later\./)
  expect(screen.queryByRole('button')).toBeNull()
})

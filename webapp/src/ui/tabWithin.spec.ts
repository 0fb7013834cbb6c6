import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { tabWithin } from './tabWithin'

const BOX = `
  <button>Behind</button>
  <div tabindex="-1">
    <button>First</button>
    <button disabled>Off</button>
    <input type="radio" name="side" aria-label="Mine"><input type="radio" name="side" aria-label="Theirs">
  </div>
  <button>After</button>`

function boxed(): HTMLElement {
  document.body.innerHTML = BOX
  const box = document.querySelector('div')!
  box.addEventListener('keydown', tabWithin)
  return box
}

const here = () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent

it('goes from the last stop to the first, and back', async () => {
  boxed().querySelector('button')!.focus()
  await userEvent.tab({ shift: true })
  expect(here()).toBe('Theirs')
  await userEvent.tab()
  expect(here()).toBe('First')
})

it('takes the radio buttons of one group for one stop', async () => {
  boxed().querySelector<HTMLElement>('[aria-label=Mine]')!.focus()
  await userEvent.tab()
  expect(here()).toBe('First')
})

it('does not let Shift and Tab leave from the box itself', async () => {
  boxed().focus()
  await userEvent.tab({ shift: true })
  expect(here()).toBe('Theirs')
})

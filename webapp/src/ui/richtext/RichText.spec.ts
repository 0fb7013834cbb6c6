import userEvent from '@testing-library/user-event'
import { render, screen, waitFor } from '@testing-library/vue'
import { TooltipProvider } from 'reka-ui'
import { expect, it, vi } from 'vitest'
import { defineComponent, h, reactive } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import RichText from './RichText.vue'

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)*', component: { template: '<p />' } }] })

function show(modelValue: string, readonly = false) {
  const changed = vi.fn()
  const props = reactive({ 'label': 'Description', modelValue, readonly, 'onUpdate:modelValue': changed })
  render(defineComponent(() => () => h(TooltipProvider, () => h(RichText, props))), { global: { plugins: [router] } })
  return { props, changed }
}

// The headless DOM has no layout, which the editor asks for where one clicked.
document.elementFromPoint = () => null

const box = () => screen.findByRole('textbox', { name: 'Description' }, { timeout: 10_000 })

it('shows a text to those who may not write it, and no box to type in', async () => {
  show('<p>Heated at <strong>780 °C</strong></p>', true)
  expect((await screen.findByText('780 °C')).tagName).toBe('STRONG')
  expect(screen.queryByRole('textbox')).toBeNull()
})

it('is a named box to those who may, and changes nothing by being opened', async () => {
  const { changed } = show('<p>Heated</p>')
  expect(await box()).toHaveTextContent('Heated')
  expect(changed).not.toHaveBeenCalled()
})

it('takes over what comes from elsewhere', async () => {
  const { props } = show('<p>Old</p>')
  const text = await box()
  props.modelValue = '<p>New</p>'
  await waitFor(() => expect(text).toHaveTextContent('New'))
})

it('offers its tools by name while one writes', async () => {
  show('')
  await userEvent.click(await box())
  expect(screen.getByRole('toolbar', { name: 'Formatting' })).toBeVisible()
})

import { render, screen } from '@testing-library/vue'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { defineComponent, ref } from 'vue'
import Combobox from './Combobox.vue'

it('takes the first that was found by Enter, though it was found after the keys', async () => {
  const choose = vi.fn()
  const options = ref([{ value: 'b', label: 'Beryllium' }])
  render(defineComponent({
    components: { Combobox },
    setup: () => ({ options, choose }),
    template: '<Combobox label="Element" :options @choose="choose" />',
  }))
  const box = screen.getByRole('combobox', { name: 'Element' })
  await userEvent.type(box, 'li')
  options.value = [{ value: 'li', label: 'Lithium' }, { value: 'b', label: 'Beryllium' }]
  await vi.waitFor(() => expect(screen.getByRole('option', { name: 'Lithium' })).toHaveAttribute('data-highlighted'))
  await userEvent.keyboard('{Enter}')
  expect(choose).toHaveBeenCalledWith({ value: 'li', label: 'Lithium' })
})

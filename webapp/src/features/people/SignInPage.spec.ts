import { VueQueryPlugin } from '@tanstack/vue-query'
import { render, screen } from '@testing-library/vue'
import { beforeEach, expect, it, vi } from 'vitest'
import { getInfo } from '@/api/people'
import { brand } from '@/ui/brand'
import SignInPage from './SignInPage.vue'

vi.mock('@/api/people')
vi.mock('vue-router', () => ({ useRoute: () => ({ query: {} }) }))

const show = () => render(SignInPage, { global: { plugins: [VueQueryPlugin] } })

beforeEach(() => {
  vi.mocked(getInfo).mockResolvedValue({ first_run: false } as Awaited<ReturnType<typeof getInfo>>)
  brand.homepage = ''
})

it('has a logo that leads to the homepage of the lab', () => {
  brand.homepage = 'https://lab.example'
  show()
  expect(screen.getByRole('link', { name: 'datalab' })).toHaveAttribute('href', 'https://lab.example')
})

it('has a logo that leads nowhere where the lab names no homepage', () => {
  show()
  expect(screen.queryByRole('link')).toBeNull()
})

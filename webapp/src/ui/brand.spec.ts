import { expect, it, vi } from 'vitest'

it('carries the name of whoever serves the page', async () => {
  document.head.innerHTML = '<meta name="x_datalab_website_title" content="Grey lab"><meta name="x_datalab_logo_width" content="80">'
  vi.resetModules()
  const { brand, titled } = await import('./brand')
  expect(brand).toMatchObject({ name: 'Grey lab', logo: '/favicon.svg', logoWidth: 80 })
  expect(titled('Samples')).toBe('Samples · Grey lab')
})

it('is called datalab where nobody says otherwise', async () => {
  document.head.innerHTML = ''
  vi.resetModules()
  const { titled } = await import('./brand')
  expect(titled()).toBe('datalab')
})

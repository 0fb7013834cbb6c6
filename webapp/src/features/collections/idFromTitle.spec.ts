import { expect, it } from 'vitest'
import { idFromTitle } from './idFromTitle'

it.each([
  ['Coatings for NMC811', 'Coatings-for-NMC811'],
  ['  Übergänge (2026) ', 'Ubergange-2026'],
  ['±', ''],
  ['a'.repeat(39) + ' word', 'a'.repeat(39)],
])('makes an id of %j', (title, id) => expect(idFromTitle(title)).toBe(id))

import type { Page } from '@playwright/test'
import { saved, stored } from './itemPage'
import { expect, picture, test } from './journey'

test.use({ timezoneId: 'Europe/Berlin' })

interface Field {
  label: string
  /** As the server calls it. */
  name: string
  typed: string
  by?: 'choosing' | 'writing' | 'codes'
  stored?: unknown
  /** What the input holds after a reload, if not what was typed. */
  shown?: string
  unit?: string
}

/** 14:02 in Berlin is 13:02 in UTC until the end of March. */
const moment = (label: string, name: string): Field =>
  ({ label, name, typed: '2026-03-14T14:02', stored: expect.stringMatching(/^2026-03-14T13:02:00/) })

const prose = (label: string, name: string): Field =>
  ({ label, name, typed: `About ${name}`, by: 'writing', stored: `<p>About ${name}</p>` })

const number = (label: string, name: string, unit: string): Field =>
  ({ label, name, unit, typed: '7,25', stored: 7.25, shown: '7.25' })

const DESCRIPTION = prose('Description', 'description')

const SUBSTANCE: Field[] = [
  { label: 'Chemical formula', name: 'chemform', typed: 'CuSO4·5H2O' },
  { label: 'CAS number', name: 'CAS', typed: '7758-99-8' },
  { label: 'Hazards (GHS)', name: 'GHS_codes', typed: 'H302; H318', by: 'codes', stored: 'H302, H318' },
  { label: 'SMILES', name: 'smiles', typed: 'O.[O-]S(=O)(=O)[O-].[Cu+2]' },
  { label: 'InChI', name: 'inchi', typed: 'InChI=1S/Cu.H2O4S.5H2O/c;1-5(2,3)4;;;;;/h;(H2,1,2,3,4);5*1H2/q+2;;;;;;/p-2' },
  { label: 'InChIKey', name: 'inchi_key', typed: 'JZCCFEFSEZPSOG-UHFFFAOYSA-L' },
]

const SYNTHESIS = prose('Procedure', 'synthesis_description')

const FIELDS: Record<string, Field[]> = {
  samples: [moment('Made on', 'date'), ...SUBSTANCE, number('Molar mass', 'molar_mass', 'g/mol'), DESCRIPTION, SYNTHESIS],
  cells: [
    moment('Made on', 'date'),
    { label: 'Format', name: 'cell_format', typed: 'In situ (XRD)', by: 'choosing', stored: 'in situ (XRD)' },
    { label: 'Format in detail', name: 'cell_format_description', typed: 'AMPIX' },
    number('Active mass', 'characteristic_mass', 'mg'),
    { label: 'Active material', name: 'characteristic_chemical_formula', typed: 'LiFePO4' },
    number('Its molar mass', 'characteristic_molar_mass', 'g/mol'),
    { label: 'Charge of the active ion', name: 'active_ion_charge', typed: '2', stored: 2, unit: 'e' },
    prose('Preparation', 'cell_preparation_description'),
    DESCRIPTION,
  ],
  starting_materials: [
    ...SUBSTANCE, number('Molar mass', 'molar_mass', 'g/mol'),
    { label: 'Purity', name: 'chemical_purity', typed: '99.5%' },
    { label: 'Barcode', name: 'barcode', typed: '00417-B' },
    { label: 'Supplier', name: 'supplier', typed: 'Alfa Aesar' },
    { label: 'Location', name: 'location', typed: 'West > 2.14 > Shelf 3' },
    { label: 'Size', name: 'size', typed: '250' },
    { label: 'Unit of size', name: 'size_unit', typed: 'g' },
    { label: 'How full', name: 'full_percent', typed: '40', unit: '%' },
    moment('Acquired', 'date'), moment('Opened', 'date_opened'),
    prose('Comment', 'comment'), DESCRIPTION, SYNTHESIS,
  ],
  equipment: [
    { label: 'Manufacturer', name: 'manufacturer', typed: 'Malvern Panalytical' },
    { label: 'Serial numbers', name: 'serial_numbers', typed: 'DY-1234, PW-3050' },
    { label: 'Location', name: 'location', typed: 'Cellar, room 7' },
    { label: 'Contact', name: 'contact', typed: 'xrd@lab.example' },
    moment('In use since', 'date'), DESCRIPTION,
  ],
}

/** Statuses of each type, the one that a new item has first. */
const STATUSES: Record<string, string[]> = {
  samples: ['Active', 'Planned', 'Disposed', 'Completed', 'Failed', 'Other'],
  cells: ['Active', 'Planned', 'Disposed', 'Cycled', 'Shorted', 'Dismantled', 'Other'],
  starting_materials: ['Available', 'Ordered', 'Disposed', 'Planned', 'Unavailable', 'Exhausted', 'Other'],
  equipment: ['Working', 'Broken', 'Being fixed', 'Defunct', 'Not being fixed', 'Other'],
}

async function type(page: Page, { label, typed, by }: Field) {
  const input = page.getByLabel(label, { exact: true })
  if (by === 'choosing') {
    await page.getByRole('combobox', { name: label, exact: true }).click()
    await page.getByRole('option', { name: typed, exact: true }).click()
  } else if (by === 'writing') {
    await page.getByRole('textbox', { name: label, exact: true }).click()
    await page.keyboard.type(typed)
  } else {
    await input.fill(typed)
    if (by === 'codes') await input.press('Enter')
  }
}

async function expectShown(page: Page, { label, typed, by, shown = typed, unit }: Field) {
  if (by === 'choosing') await expect(page.getByRole('combobox', { name: label, exact: true })).toHaveText(shown)
  else if (by === 'writing') await expect(page.getByRole('textbox', { name: label, exact: true })).toHaveText(shown)
  else if (by === 'codes') for (const code of shown.split('; ')) await expect(page.getByRole('button', { name: `Remove ${code}` })).toBeVisible()
  else await expect(page.getByLabel(label, { exact: true })).toHaveValue(shown)
  if (unit) await expect(page.locator('.item-field').filter({ has: page.getByLabel(label, { exact: true }) })).toContainText(unit)
}

for (const [kind, fields] of Object.entries(FIELDS)) {
  test(`each field of ${kind.replace('_', ' ')} takes what one types and shows it again`, async ({ page, api, addItems }) => {
    const [refcode] = await addItems({ type: kind, item_id: `EACH-${kind}` })
    await page.goto(`/items/${refcode}`)
    for (const field of fields) await type(page, field)
    await saved(page)
    const item = await stored(api, refcode)
    for (const field of fields) expect.soft(item[field.name], field.name).toEqual(field.stored ?? field.typed)

    await page.reload()
    for (const field of fields) await expectShown(page, field)
    await picture(page, `fields-${kind}`)
  })

  test(`the statuses of ${kind.replace('_', ' ')} are offered, and the chosen one stays`, async ({ page, api, addItems }) => {
    const [refcode] = await addItems({ type: kind, item_id: `STATUS-${kind}` })
    const [first, ...others] = STATUSES[kind]!
    await page.goto(`/items/${refcode}`)
    const status = page.getByRole('combobox', { name: 'Status' })
    await expect(status).toHaveText(first!)
    await status.click()
    expect((await page.getByRole('option').allTextContents()).sort()).toEqual([first!, ...others].sort())
    await page.getByRole('option', { name: others[2]!, exact: true }).click()
    await saved(page)
    expect((await stored(api, refcode)).status).toBe(others[2]!.toLowerCase().replaceAll(' ', '_'))
    await page.reload()
    await expect(status).toHaveText(others[2]!)
  })
}

test('a formula is typeset, its mass computed with hydrates and fractions, and what is none is told', async ({ page, addItems }) => {
  const [refcode] = await addItems({ type: 'samples', item_id: 'TYPESET-1' })
  await page.goto(`/items/${refcode}`)
  const formula = page.getByLabel('Chemical formula', { exact: true })
  const field = page.locator('.formula-field')
  // IUPAC standard atomic weights: Li 6.94, Ni 58.693, Co 58.933, Mn 54.938, O 15.999
  for (const [typed, mass, subscripts] of [
    ['LiNi1/3Co1/3Mn1/3O2', '96.46', ['1/3', '1/3', '1/3', '2']], ['CuSO4·5H2O', '249.68', ['4', '2']],
  ] as const) {
    await formula.fill(typed)
    await expect(field.getByRole('status')).toContainText(`${mass} g/mol`)
    await formula.blur()
    await expect(field.locator('.shown sub')).toHaveText([...subscripts])
    await expect(page.getByRole('textbox', { name: 'Molar mass' })).toHaveAttribute('placeholder', new RegExp(`^${mass}`))
  }
  await formula.fill('LixCoO2')
  await expect(field.getByRole('status')).toContainText(/x/)
  await expect(field.getByRole('status')).not.toContainText('g/mol')
})

test('a quantity keeps its unit, and one that is no number says so and is not lost', async ({ page, api, addItems }) => {
  const [salt] = await addItems({ type: 'starting_materials', item_id: 'UNIT-SALT', name: 'A salt' })
  const [refcode] = await addItems({
    type: 'cells', item_id: 'UNIT-CELL', electrolyte: [{ item: { type: 'starting_materials', refcode: salt }, quantity: 1, unit: 'g' }],
  })
  await page.goto(`/items/${refcode}`)
  const list = page.getByRole('region', { name: 'Electrolyte' })
  await list.getByLabel('Quantity of UNIT-SALT').fill('0,15')
  await list.getByLabel('Unit of UNIT-SALT').fill('mL')
  await list.getByLabel('Unit of UNIT-SALT').press('Tab')
  await saved(page)
  expect((await stored(api, refcode)).electrolyte).toMatchObject([{ quantity: 0.15, unit: 'mL', item: { refcode: salt } }])

  await list.getByLabel('Quantity of UNIT-SALT').fill('a drop')
  await expect(list.getByLabel('Quantity of UNIT-SALT')).toHaveAttribute('aria-invalid', 'true')
  await expect(list.getByRole('alert')).toContainText(/number/i)
  await page.reload()
  await expect(list.getByLabel('Quantity of UNIT-SALT')).toHaveValue('a drop')
})

test('whose an item is and where it belongs stand in its head', async ({ page, api, addItems }) => {
  const [refcode, alone] = await addItems({ type: 'samples', item_id: 'WHOSE-1' }, { type: 'equipment', item_id: 'WHOSE-2' })
  const other = await api.post('/v1/people', { data: { display_name: 'Rosalind Ferreira', contact_email: 'rosalind@lab.example' } })
  const { immutable_id: second } = await other.json() as { immutable_id: string }
  await api.post('/v1/collections', { data: { collection_id: 'whose-shelf', title: 'Shelf of whose' } })
  await page.goto(`/items/${refcode}`)
  const head = page.locator('header.title')
  await expect(head.getByText('Maya Lindqvist')).toBeVisible()
  await head.getByRole('button', { name: 'Add to a collection' }).click()
  await page.getByRole('combobox', { name: 'Collections' }).fill('whose')
  await page.getByRole('option', { name: /Shelf of whose/ }).click()
  await page.keyboard.press('Escape')
  await expect(head.getByRole('link', { name: 'Shelf of whose' })).toBeVisible()

  const { creators } = await stored(api, refcode) as { creators: { immutable_id: string }[] }
  const sharing = await api.patch(`/v1/items/${refcode}/sharing`, { data: { creator_ids: [creators[0]!.immutable_id, second] } })
  expect(sharing.ok()).toBe(true)
  await page.reload()
  await expect(head.getByText('2 people')).toBeVisible()
  await expect(head.getByRole('img', { name: 'Rosalind Ferreira' })).toBeVisible()
  await expect(head.getByRole('link', { name: 'Shelf of whose' })).toBeVisible()
  expect((await stored(api, refcode)).collections).toMatchObject([{ collection_id: 'whose-shelf' }])

  await page.goto(`/items/${alone}`)
  await expect(head.getByText('Open to everybody')).toBeVisible()
})

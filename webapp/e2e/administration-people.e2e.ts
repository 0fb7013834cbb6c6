import type { Page } from '@playwright/test'
import { expect, expectAccessible, picture, test } from './journey'

const row = (page: Page, name: string) => page.getByRole('grid', { name: 'People' }).getByRole('row').filter({ hasText: name })

async function addPerson(page: Page, name: string, email = '') {
  await page.getByRole('button', { name: 'New person' }).click()
  const dialog = page.getByRole('dialog', { name: 'New person' })
  await dialog.getByLabel('Name').fill(name)
  if (email) await dialog.getByLabel('E-mail').fill(email)
  await dialog.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByRole('dialog', { name })).toBeVisible()
}

test('an account is made, signs in by a link, and is closed and opened again', async ({ page, browser }) => {
  await page.goto('/')
  await page.getByRole('link', { name: 'Administration' }).click()
  await addPerson(page, 'Noor Haddad', 'noor@lab.example')
  const panel = page.getByRole('dialog', { name: 'Noor Haddad' })
  await panel.getByRole('button', { name: 'Make a sign-in link' }).click()
  const link = await panel.getByRole('status').locator('code').innerText()
  expect(new URL(link).pathname).toBe('/sign-in/link')

  const theirs = await browser.newContext({ storageState: { cookies: [], origins: [] } })
  const noor = await theirs.newPage()
  await noor.goto(link)
  await expect(noor.getByRole('button', { name: 'Account of Noor Haddad' })).toBeVisible()
  await expect(noor.getByRole('link', { name: 'Administration' })).toHaveCount(0)
  await noor.goto(new URL('/administration/people', link).href)
  await expect(noor.getByText('This is for administrators')).toBeVisible()

  await panel.getByRole('button', { name: 'Deactivate' }).click()
  await expect(panel.getByText('Deactivated', { exact: true })).toBeVisible()
  await noor.goto(new URL('/samples', link).href)
  await expect(noor.getByRole('heading', { name: 'Sign in to datalab' })).toBeVisible()
  await theirs.close()

  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(panel.getByText('Active', { exact: true })).toBeVisible()
  await expect(panel.getByText('Changed the status to deactivated')).toBeVisible()
})

test('who waits stands first and is activated in the list', async ({ page, api }) => {
  const { immutable_id } = await (await api.post('/v1/people', { data: { display_name: 'Zoe Waiting' } })).json()
  await api.patch(`/v1/people/${immutable_id}`, { data: { account_status: 'unverified' } })
  await page.goto('/administration/people')
  await expect(page.getByRole('grid').getByRole('row').nth(1)).toContainText('Zoe Waiting')
  await page.getByRole('button', { name: 'Activate Zoe Waiting' }).click()
  await expect(row(page, 'Zoe Waiting')).toContainText('Active')
  await expect(page.getByRole('button', { name: 'Activate Zoe Waiting' })).toHaveCount(0)
})

test('role, manager, groups and keys are given and taken, and the history tells', async ({ page, api }) => {
  await api.post('/v1/groups', { data: { group_id: 'furnaces', display_name: 'Furnaces' } })
  await page.goto('/administration/people')
  await addPerson(page, 'Ines Moreau')
  const panel = page.getByRole('dialog', { name: 'Ines Moreau' })

  await panel.getByRole('combobox', { name: 'Role' }).click()
  await page.getByRole('option', { name: 'Manager' }).click()
  await panel.getByRole('combobox', { name: 'Add to a group' }).fill('furn')
  await page.getByRole('option', { name: /Furnaces/ }).click()
  await expect(panel.getByRole('button', { name: 'Take out of Furnaces' })).toBeVisible()
  await panel.getByRole('combobox', { name: 'Add a manager' }).fill('maya')
  await page.getByRole('option', { name: /Maya/ }).click()
  await expect(panel.getByRole('button', { name: /Maya Lindqvist is no manager/ })).toBeVisible()

  await panel.getByLabel('What is the key for?').fill('Diffractometer')
  await panel.getByRole('button', { name: 'Make a key' }).click()
  await expect(panel.getByRole('status')).toContainText('shown only now')
  await panel.getByRole('button', { name: 'Done' }).click()
  await panel.getByRole('button', { name: 'End Diffractometer' }).click()
  await page.getByRole('button', { name: 'End the key' }).click()
  await expect(panel.getByRole('button', { name: 'End Diffractometer' })).toHaveCount(0)

  const history = panel.getByRole('region', { name: 'History' })
  await expect(history.getByRole('listitem')).toHaveCount(6)
  await expect(history).toContainText('Ended the API key “Diffractometer”')
  await expect(history).toContainText('Added to the group furnaces')
  await picture(page, 'administration-person')
})

test('two accounts of one person become one, after a look at what would change', async ({ page, api }) => {
  const made = async (display_name: string, contact_email: string) =>
    (await (await api.post('/v1/people', { data: { display_name, contact_email } })).json()).immutable_id as string
  const kept = await made('Ada Byron', 'ada@lab.example')
  const gone = await made('A. Byron', 'byron@lab.example')
  await api.post('/v1/items', { data: { type: 'samples', item_id: 'BYRON-1', creator_ids: [gone] } })

  await page.goto(`/administration/people?person=${gone}`)
  await page.getByRole('button', { name: 'Merge with another account' }).click()
  const dialog = page.getByRole('dialog', { name: 'Merge two accounts' })
  await dialog.getByRole('combobox', { name: 'The other account' }).fill('ada byron')
  await page.getByRole('option', { name: /Ada Byron/ }).click()
  await dialog.getByRole('button', { name: 'Keep the other one' }).click()
  await expect(dialog.getByText('byron@lab.example')).toBeVisible()
  await expectAccessible(page)
  await picture(page, 'administration-merge')
  await dialog.getByRole('button', { name: 'Merge the accounts' }).click()

  const panel = page.getByRole('dialog', { name: 'Ada Byron' })
  await expect(panel).toBeVisible({ timeout: 20_000 })
  await expect(panel).toContainText('Took over the account of A. Byron')
  const item = await (await api.get('/v1/items?q=BYRON-1')).json()
  expect(item.items[0].creators.map((one: { immutable_id: string }) => one.immutable_id)).toContain(kept)
  await page.goto(`/administration/people?person=${gone}`)
  await expect(page.getByRole('dialog', { name: 'A. Byron' }).getByText('Merged', { exact: true })).toBeVisible()
})

test('groups are made, nested, filled and deleted', async ({ page, api }) => {
  await api.post('/v1/people', { data: { display_name: 'Tomasz Nowak' } })
  await page.goto('/administration/groups')
  for (const name of ['Institute', 'Crystal growth']) {
    await page.getByRole('button', { name: 'New group' }).first().click()
    await page.getByRole('dialog', { name: 'New group' }).getByLabel('Name').fill(name)
    await page.getByRole('dialog', { name: 'New group' }).getByRole('button', { name: 'Create' }).click()
    await expect(page.getByRole('dialog', { name })).toBeVisible()
  }
  const inner = page.getByRole('dialog', { name: 'Crystal growth' })
  await inner.getByRole('combobox', { name: 'Add a person' }).fill('tomasz')
  await page.getByRole('option', { name: /Tomasz/ }).click()
  await expect(inner.getByRole('button', { name: 'Take out Tomasz Nowak' })).toBeVisible()

  const list = page.getByRole('list', { name: 'Groups' })
  await list.getByRole('button', { name: /Institute/ }).click()
  const outer = page.getByRole('dialog', { name: 'Institute' })
  await outer.getByRole('combobox', { name: 'Put a group into it' }).fill('crystal')
  await page.getByRole('option', { name: /Crystal growth/ }).click()
  await expect(outer.getByText('1 more by the groups within.')).toBeVisible()
  await expect(list.getByRole('listitem').filter({ hasText: 'Institute' }).getByRole('listitem')).toContainText('Crystal growth')
  await picture(page, 'administration-group')

  await list.getByRole('button', { name: /Crystal growth/ }).click()
  await inner.getByRole('combobox', { name: 'Put a group into it' }).fill('institute')
  await page.getByRole('option', { name: /Institute/ }).click()
  await expect(page.getByText('belongs to institute already').first()).toBeVisible()

  await inner.getByRole('button', { name: 'Delete the group' }).click()
  await expect(page.getByRole('dialog', { name: /Delete the group/ })).toContainText('Nothing is shared with it.')
  await page.getByRole('dialog', { name: /Delete the group/ }).getByRole('button', { name: 'Delete the group' }).click()
  await expect(list).not.toContainText('Crystal growth')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme })
    for (const [name, path] of [['people', '/administration/people'], ['groups', '/administration/groups']] as const) {
      test(`${name} keep nobody out`, async ({ page, api }) => {
        const [{ immutable_id }] = (await (await api.get('/v1/people/accounts?limit=1')).json()).items
        await page.goto(path)
        await page.waitForLoadState('networkidle')
        await expectAccessible(page)
        await picture(page, `administration-${name}-${colorScheme}`)
        if (name === 'people') {
          await page.goto(`${path}?person=${immutable_id}`)
          await expect(page.getByRole('region', { name: 'History' })).toBeVisible()
          await expectAccessible(page)
          await picture(page, `administration-${name}-panel-${colorScheme}`)
        }
      })
    }
  })
}

test.describe('on a tablet and a phone', () => {
  for (const width of [1024, 390]) {
    test.describe(`${width} wide`, () => {
      test.use({ viewport: { width, height: 844 }, hasTouch: true, isMobile: true })
      for (const section of ['people', 'groups']) {
        test(`${section} fit without scrolling sideways`, async ({ page }) => {
          await page.goto(`/administration/${section}`)
          await page.waitForLoadState('networkidle')
          const { wide, shown } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, shown: innerWidth }))
          expect(wide).toBeLessThanOrEqual(shown)
          await picture(page, `administration-${section}-${width}`)
        })
      }
    })
  }
})

import { expect, type APIRequestContext, type Page } from '@playwright/test'

/** Waits until all that was typed on an item's page is saved. */
export async function saved(page: Page): Promise<void> {
  await expect(page.getByRole('status').filter({ hasText: /^Saved/ })).toBeVisible()
}

/** An item as the server has it. */
export async function stored(api: APIRequestContext, refcode: string | undefined): Promise<Record<string, unknown>> {
  return await (await api.get(`/v1/items/${refcode}`)).json() as Record<string, unknown>
}

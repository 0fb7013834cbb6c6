import type { APIRequestContext } from '@playwright/test'

const FIRST = 10
const STEP = 0.02
const POINTS = 3501
const WIDTH = 0.08

/** A powder pattern as text: 10 to 80° in steps of 0.02°, with Gaussian lines at the given angles on a flat ground. */
export function pattern(lines: number[]): Buffer {
  const rows = Array.from({ length: POINTS }, (_, index) => {
    const angle = FIRST + index * STEP
    const height = lines.reduce((sum, line) => sum + 5000 * Math.exp(-(((angle - line) / WIDTH) ** 2)), 100)
    return `${angle.toFixed(2)} ${height.toFixed(1)}`
  })
  return Buffer.from(`${rows.join('\n')}\n`)
}

/** Attaches bytes past the page, and gives the file's id. */
export async function attach(api: APIRequestContext, refcode: string, name: string, bytes: Buffer): Promise<string> {
  const answer = await api.post(`/v1/items/${refcode}/files`, {
    params: { name }, data: bytes, headers: { 'Content-Type': 'application/octet-stream' },
  })
  const { file_id } = await answer.json() as { file_id: string }
  return file_id
}

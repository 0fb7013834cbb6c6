import type { FileRecord } from '@/api/types'

/** Files beyond this [bytes] are not read into memory to be compared. */
const MOST = 200_000_000

/** Whether one of the records is of these very bytes; `false` where that cannot be told here. */
export async function hasSameBytes(file: File, records: readonly FileRecord[]): Promise<boolean> {
  const alike = records.filter(({ size }) => size === file.size)
  if (!alike.length || file.size > MOST || !globalThis.crypto?.subtle) return false
  try {
    const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
    const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    return alike.some(({ checksums }) => checksums?.sha256 === sha256)
  } catch {
    return false
  }
}

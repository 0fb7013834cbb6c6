import type { FileRecord } from '@/api/types'

const DIGITS = 7

/** What tells files of one name apart, by their ids: the first digits of their SHA-256. Others need no mark. */
export function twinMarks(files: readonly FileRecord[]): Map<string, string> {
  const count = new Map<string, number>()
  for (const { name } of files) count.set(name, (count.get(name) ?? 0) + 1)
  return new Map(files.flatMap(({ file_id, name, checksums }) => (
    count.get(name)! > 1 ? [[file_id, (checksums?.sha256 ?? file_id).slice(0, DIGITS)] as const] : [])))
}

import { expect, it } from 'vitest'
import type { FileRecord } from '@/api/types'
import { twinMarks } from './twins'

const record = (file_id: string, name: string, sha256: string | null) =>
  ({ file_id, name, checksums: sha256 && { md5: '', sha256 } }) as FileRecord

it('marks files of one name by their bytes, and no others', () => {
  const marks = twinMarks([record('1', 'log.txt', 'abcdef0123'), record('2', 'log.txt', '0123abcdef'), record('3', 'a.xy', '99')])
  expect([...marks]).toEqual([['1', 'abcdef0'], ['2', '0123abc']])
})

it('marks a file whose bytes are unknown by its id', () => {
  const marks = twinMarks([record('aaaaaaaaaa', 'log.txt', null), record('2', 'log.txt', '0123abcdef')])
  expect(marks.get('aaaaaaaaaa')).toBe('aaaaaaa')
})

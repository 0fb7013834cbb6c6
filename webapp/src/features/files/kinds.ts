export type FileKind = 'picture' | 'video' | 'sound' | 'document' | 'data'

/** What every browser shows by itself, by ending. */
const KINDS: Record<Exclude<FileKind, 'data'>, string[]> = {
  picture: ['.png', '.jpg', '.jpeg', '.gif', '.webp', '.avif', '.bmp', '.svg'],
  video: ['.mp4', '.webm', '.mov', '.m4v', '.ogv'],
  sound: ['.mp3', '.wav', '.ogg', '.m4a', '.flac'],
  document: ['.pdf'],
}

export function kindOf({ name }: { name: string }): FileKind {
  const ending = /\.[^.]+$/.exec(name.toLowerCase())?.[0] ?? ''
  const known = Object.entries(KINDS).find(([, endings]) => endings.includes(ending))
  return known ? (known[0] as FileKind) : 'data'
}

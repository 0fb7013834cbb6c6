const LONGEST = 40

/** An id that reads like a title: letters and digits of ASCII, with hyphens between the words. */
export function idFromTitle(title: string): string {
  const plain = title.normalize('NFKD').replace(/\p{M}/gu, '')
  return plain.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, LONGEST).replace(/-$/, '')
}

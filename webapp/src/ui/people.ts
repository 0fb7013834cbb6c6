/** At most two letters for a person. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter((word) => /\p{L}|\p{N}/u.test(word))
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => firstLetter(word))
  return letters.join('').toUpperCase() || '?'
}

/** The same hue for the same name, always: degrees on the colour wheel. */
export function steadyHue(name: string): number {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)!) % 360
  return sum
}

const firstLetter = (word = '') => [...word].find((letter) => /\p{L}|\p{N}/u.test(letter)) ?? ''

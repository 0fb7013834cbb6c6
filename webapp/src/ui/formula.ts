/** A piece of a formula and where it stands. */
export interface FormulaPart {
  text: string
  place: 'line' | 'sub' | 'sup'
}

const ELEMENTS = new Set((
  'H D T He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb '
  + 'Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au '
  + 'Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts '
  + 'Og Me Et Ph Ac Bu Pr').split(' '))

const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉'
const NUMBER = /^\d+(?:\.\d+)?(?:\/\d+)?/
/** An amount: a number, a variable, or a sum of them (`0.8`, `1/3`, `x`, `1-x`, `3−δ`). */
const AMOUNT = /^(?:\d+(?:\.\d+)?(?:\/\d+)?[xyznδ]?|[xyznδ])(?:[-−+±](?:\d*\.?\d*[xyznδ]|\d+(?:\.\d+)?))*/
const CHARGE = /^(?:\^?\d*[+−-]|\^\{?\d*[+−-]\}?)(?=$|[\s)\]·*])/
const ISOTOPE = /^\^?\{?(\d{1,3})\}?(?=[A-Z])/
const SEPARATOR = /^(?:[·•*]|\.(?=\d*[A-Z([]))/
const HYDRATE = /^(\d+)\.(\d*)(?=H2O)/

/** A formula as it is typeset, from how people type it; text that is no formula is left as it is. */
export function formulaParts(raw: string): FormulaPart[] {
  if (/[<&]/.test(raw)) return fromHtml(raw)
  const plain = raw.replace(/[₀-₉]/g, (digit) => String(SUBSCRIPTS.indexOf(digit)))
  return merged(typeset(plain) ?? [{ text: raw, place: 'line' }])
}

function typeset(raw: string): FormulaPart[] | undefined {
  const parts: FormulaPart[] = []
  let rest = raw
  while (rest) {
    const afterUnit = /[\p{L})\]}]$/u.test(parts.at(-1)?.text ?? '') && parts.at(-1)?.place === 'line'
    const found = nextPart(rest, afterUnit)
    if (!found) return undefined
    parts.push(...found.parts)
    rest = rest.slice(found.length)
  }
  return parts
}

function nextPart(rest: string, afterUnit: boolean): { parts: FormulaPart[], length: number } | undefined {
  const take = (text: string, place: FormulaPart['place'], shown = text) => ({ parts: [{ text: shown, place }], length: text.length })
  const match = (pattern: RegExp) => pattern.exec(rest)?.[0]

  const charge = match(CHARGE)
  if (charge && (afterUnit || charge.startsWith('^'))) return take(charge, 'sup', charge.replace(/[\^{}]/g, '').replace('-', '−'))
  if (afterUnit) {
    const hydrate = HYDRATE.exec(rest)
    if (hydrate) return hydratePart(hydrate)
    const amount = match(AMOUNT)
    if (amount) return take(amount, 'sub', amount.replaceAll('-', '−'))
  }
  const separator = match(SEPARATOR)
  if (separator) return take(separator, 'line', '·')
  const isotope = rest.startsWith('^') ? ISOTOPE.exec(rest) : null
  if (isotope) return take(isotope[0], 'sup', isotope[1])
  const symbol = [rest.slice(0, 2), rest.slice(0, 1)].find((letters) => ELEMENTS.has(letters))
  if (symbol) return take(symbol, 'line')
  const other = match(NUMBER) ?? match(/^[xyznδ](?=[A-Z(])/) ?? match(/^[\s()[\]{}+,:/@|–-]/)
  return other ? take(other, 'line') : undefined
}

const hydratePart = ([whole, amount = '', waters = '']: RegExpExecArray) => ({
  parts: [{ text: amount, place: 'sub' as const }, { text: `·${waters}`, place: 'line' as const }],
  length: whole.length,
})

/** Only text, subscripts and superscripts of what somebody wrote in HTML. */
function fromHtml(raw: string): FormulaPart[] {
  const page = new DOMParser().parseFromString(raw, 'text/html')
  const parts: FormulaPart[] = []
  const walk = (node: Node, place: FormulaPart['place']) => {
    if (node.nodeType === Node.TEXT_NODE) parts.push({ text: node.textContent ?? '', place })
    for (const child of node.childNodes) walk(child, placeOf(child) ?? place)
  }
  walk(page.body, 'line')
  return merged(parts)
}

function placeOf({ nodeName }: Node): FormulaPart['place'] | undefined {
  if (nodeName === 'SUB') return 'sub'
  return nodeName === 'SUP' ? 'sup' : undefined
}

function merged(parts: FormulaPart[]): FormulaPart[] {
  const out: FormulaPart[] = []
  for (const part of parts) {
    const last = out.at(-1)
    if (last?.place === part.place) last.text += part.text
    else if (part.text) out.push({ ...part })
  }
  return out
}

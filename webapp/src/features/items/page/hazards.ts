/** Hazard statements of the GHS, by their codes. Source: United Nations, GHS, Annex 3. */
const STATEMENTS: Record<string, string> = {
  H200: 'Unstable explosive', H220: 'Extremely flammable gas', H221: 'Flammable gas', H224: 'Extremely flammable liquid and vapour',
  H225: 'Highly flammable liquid and vapour', H226: 'Flammable liquid and vapour', H228: 'Flammable solid',
  H250: 'Catches fire spontaneously if exposed to air', H251: 'Self-heating; may catch fire',
  H260: 'In contact with water releases flammable gases which may ignite spontaneously',
  H261: 'In contact with water releases flammable gas', H270: 'May cause or intensify fire; oxidizer',
  H271: 'May cause fire or explosion; strong oxidizer', H272: 'May intensify fire; oxidizer',
  H280: 'Contains gas under pressure; may explode if heated', H290: 'May be corrosive to metals',
  H300: 'Fatal if swallowed', H301: 'Toxic if swallowed', H302: 'Harmful if swallowed',
  H304: 'May be fatal if swallowed and enters airways', H310: 'Fatal in contact with skin', H311: 'Toxic in contact with skin',
  H312: 'Harmful in contact with skin', H314: 'Causes severe skin burns and eye damage', H315: 'Causes skin irritation',
  H317: 'May cause an allergic skin reaction', H318: 'Causes serious eye damage', H319: 'Causes serious eye irritation',
  H330: 'Fatal if inhaled', H331: 'Toxic if inhaled', H332: 'Harmful if inhaled',
  H334: 'May cause allergy or asthma symptoms or breathing difficulties if inhaled', H335: 'May cause respiratory irritation',
  H336: 'May cause drowsiness or dizziness', H340: 'May cause genetic defects', H341: 'Suspected of causing genetic defects',
  H350: 'May cause cancer', H351: 'Suspected of causing cancer', H360: 'May damage fertility or the unborn child',
  H361: 'Suspected of damaging fertility or the unborn child', H362: 'May cause harm to breast-fed children',
  H370: 'Causes damage to organs', H371: 'May cause damage to organs',
  H372: 'Causes damage to organs through prolonged or repeated exposure',
  H373: 'May cause damage to organs through prolonged or repeated exposure', H400: 'Very toxic to aquatic life',
  H410: 'Very toxic to aquatic life with long lasting effects', H411: 'Toxic to aquatic life with long lasting effects',
  H412: 'Harmful to aquatic life with long lasting effects', H413: 'May cause long lasting harmful effects to aquatic life',
}

/** What a code says; variants such as `H350i` say what their code says. */
export const hazard = (code: string): string | undefined => STATEMENTS[code.slice(0, 4)]

/** The codes in a text, whatever stands between them. */
export const codesFrom = (text: string): string[] => text.split(/[,;\s]+/).filter(Boolean)

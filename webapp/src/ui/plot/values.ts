/** Numbers of a trace: a list, or packed bytes of a typed array. */

const TYPES = {
  i1: Int8Array, u1: Uint8Array, i2: Int16Array, u2: Uint16Array, i4: Int32Array, u4: Uint32Array, f4: Float32Array,
  f8: Float64Array,
}

export function values(column: unknown): ArrayLike<number> {
  if (Array.isArray(column)) return column as number[]
  const { dtype, bdata } = (column ?? {}) as { dtype?: keyof typeof TYPES, bdata?: string }
  const Type = dtype && TYPES[dtype]
  if (!Type || !bdata) return []
  return new Type(Uint8Array.from(atob(bdata), (sign) => sign.charCodeAt(0)).buffer)
}

/** Whether numbers only rise or only fall: each place has one value then. */
export function steady(numbers: ArrayLike<number>): boolean {
  let direction = 0
  for (let index = 1; index < numbers.length; index++) {
    const step = Math.sign(numbers[index]! - numbers[index - 1]!)
    if (step && direction && step !== direction) return false
    direction ||= step
  }
  return true
}

/** JSON has no NaN or infinity, and the engine reads them only as text. */
export function encodeFloats(values: readonly number[]): (number | string)[] {
  return values.map((value) => (Number.isFinite(value) ? value : String(value)))
}

/** The engine writes NaN and infinities as null. */
export function decodeFloats(values: readonly (number | null)[]): number[] {
  return values.map((value) => value ?? NaN)
}

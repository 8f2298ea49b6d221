import { outsideStrings } from './json-strings.ts'

/** With 19 digits or more; not a part of a number with a fraction or an exponent. */
const LONG = /(?<![\d.eE+-])-?\d{19,}(?![\d.eE])/g
const [LEAST, MOST] = [-(2n ** 63n), 2n ** 64n - 1n]

/**
 * JSON text in which integers that neither a signed nor an unsigned integer of 64 bits holds have an exponent, save
 * inside strings: readers that take whole numbers for integers can read them only so.
 */
export function withoutLongIntegers(text: string): string {
  if (!/\d{19}/.test(text)) return text
  return outsideStrings(text, (part) =>
    part.replace(LONG, (integer) => {
      const value = BigInt(integer)
      return value < LEAST || value > MOST ? `${integer}e0` : integer
    }),
  )
}

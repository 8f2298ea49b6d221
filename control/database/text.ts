/**
 * PostgreSQL takes no NUL in a text, and the driver of SQLite reads a text only up to it. Names and values that others
 * make up may have one, so it is stored as two other characters, and so is the first of these.
 */
const ESCAPE = '\u0001'
const NUL = '\0'

/** A text as it is stored. */
export function encodeText(text: string): string {
  if (!text.includes(NUL) && !text.includes(ESCAPE)) return text
  return text.replaceAll(ESCAPE, `${ESCAPE}1`).replaceAll(NUL, `${ESCAPE}0`)
}

/** The text that is stored as `text`. */
export function decodeText(text: string): string {
  if (!text.includes(ESCAPE)) return text
  return text.replaceAll(`${ESCAPE}0`, NUL).replaceAll(`${ESCAPE}1`, ESCAPE)
}

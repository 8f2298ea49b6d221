import { outsideStrings } from './json-strings.ts'

const NOT_FINITE = /-?\bInfinity\b|\bNaN\b/g

/**
 * Parses JSON as Python's `json.dumps` writes it: the bare words `NaN`, `Infinity` and `-Infinity`, which JSON does not
 * have, are null. Throws the `SyntaxError` of `JSON.parse` for all else that is no JSON.
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const clean = withoutPythonTokens(text)
    if (clean === text) throw cause
    return JSON.parse(clean)
  }
}

/** JSON text with `NaN`, `Infinity` and `-Infinity` replaced by `null`, save inside strings. */
export function withoutPythonTokens(text: string): string {
  if (!/NaN|Infinity/.test(text)) return text
  return outsideStrings(text, (part) => part.replace(NOT_FINITE, 'null'))
}

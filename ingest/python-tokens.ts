/** A string, or what Python's `json.dumps` writes for floats that JSON has no spelling for. */
const STRING_OR_TOKEN = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g

/** JSON text with `NaN`, `Infinity` and `-Infinity` replaced by `null`, save inside strings. */
export function withoutPythonTokens(text: string): string {
  if (!/NaN|Infinity/.test(text)) return text
  return text.replace(STRING_OR_TOKEN, (found) => (found.startsWith('"') ? found : 'null'))
}

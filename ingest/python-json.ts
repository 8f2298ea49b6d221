/** What Python's `json.dumps` writes for floats that JSON has no spelling for. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g

/** The text with `NaN`, `Infinity` and `-Infinity` replaced by `null`, save inside strings. */
export function withoutPythonTokens(text: string): string {
  return text.replace(TOKEN, (found) => (found.startsWith('"') ? found : 'null'))
}

/** As `JSON.parse`, but bare `NaN`, `Infinity` and `-Infinity` are null, which is what they mean as a value. */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (!/NaN|Infinity/.test(text)) throw cause
    return JSON.parse(withoutPythonTokens(text))
  }
}

import { withoutPythonTokens } from './python-tokens.ts'

/** As `JSON.parse`, but bare `NaN`, `Infinity` and `-Infinity` are null, which is what they mean as a value. */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const clean = withoutPythonTokens(text)
    if (clean === text) throw cause
    return JSON.parse(clean)
  }
}

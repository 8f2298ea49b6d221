const TEXT = /"([^"\\]*(?:\\.[^"\\]*)*)"/gs
/** A number is an id only where its name says so: any other could be the value of a feature. */
const NUMBER_OF_ID = /id"\s*:\s*(-?\d+)(?![\d.eE])/gi
/** What may stand between the words of a text that is no JSON. */
const BETWEEN_WORDS = /[\s,;|"'`=(){}[\]<>&]+/

/**
 * Whether a text names one of the ids that `isOne` knows, which is asked about every candidate: as a text of its own in JSON, as the number of a name that ends in
 * `id`, or, where the text is not JSON, as a word.
 */
export function mentions(text: string, isOne: (candidate: string) => boolean): boolean {
  return candidates(text).filter(isOne).length > 0
}

function candidates(text: string): string[] {
  const texts = [...text.matchAll(TEXT)].map(([, inner]) => unescaped(inner))
  const numbers = [...text.matchAll(NUMBER_OF_ID)].map(([, digits]) => digits)
  return [...texts, ...numbers, ...(isJson(text) ? [] : text.split(BETWEEN_WORDS))]
}

function unescaped(inner: string): string {
  if (!inner.includes('\\')) return inner
  try {
    return JSON.parse(`"${inner}"`) as string
  } catch {
    return inner
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

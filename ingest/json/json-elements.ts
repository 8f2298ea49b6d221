import { endOfString } from './json-strings.ts'

/**
 * The texts of the elements of a JSON array, cut where its own commas are, so that one that is no JSON does not spoil the
 * others. Undefined where the text is no array, or one whose brackets do not close.
 */
export function jsonElements(text: string): string[] | undefined {
  const body = text.trim()
  if (!body.startsWith('[')) return undefined
  const elements: string[] = []
  const marks = /["[\]{},]/g
  let [depth, start] = [0, 1]
  for (let match = marks.exec(body); match !== null; match = marks.exec(body)) {
    const [mark] = match
    if (mark === '"') marks.lastIndex = endOfString(body, match.index)
    else if (mark === '[' || mark === '{') depth++
    else if (mark !== ',') depth--
    else if (depth === 1) {
      elements.push(body.slice(start, match.index))
      start = match.index + 1
    }
    if (depth === 0) {
      if (match.index !== body.length - 1) return undefined
      const last = body.slice(start, match.index)
      return last.trim() === '' ? elements : [...elements, last]
    }
  }
  return undefined
}

import { randomUUID } from 'node:crypto'
import { outsideStrings } from './json-strings.ts'
import { parsePythonJson } from './python-json.ts'

/** Where a number of 16 digits or more begins: shorter whole numbers keep all their digits as doubles. */
const LONG_NUMBER = /[[:,\s-]\d{16}/
const INTEGER = /(?<![\w.+-])-?\d{16,}(?![\w.+-])/g
/** What a long number is a text with while others parse and write it; nobody else can know it. */
const MARK = `${randomUUID()}:`
const MARKED = new RegExp(`"${MARK}(-?\\d+)"`, 'g')

/**
 * Parses JSON as {@link parsePythonJson} does, but a whole number that a double would change comes as a bigint: an id or
 * a hash of 17 digits must not become another one. Texts without such a number take the shortest way.
 */
export function parseExactJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return parsePythonJson(text)
  const marked = outsideStrings(text, (part) => part.replace(INTEGER, markUnsafe))
  if (marked === text) return parsePythonJson(text)
  return restored(parsePythonJson(marked))
}

function markUnsafe(digits: string): string {
  return Number.isSafeInteger(Number(digits)) ? digits : `"${MARK}${digits}"`
}

/** Marked numbers as bigints. Not by a reviver, which is called for each value of a deep text recursively. */
function restored(root: unknown): unknown {
  if (isMarked(root)) return toBigInt(root)
  const waiting = [root]
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null) continue
    const holder = value as Record<string, unknown>
    for (const key of Object.keys(holder)) {
      const held = holder[key]
      if (isMarked(held)) set(holder, key, toBigInt(held))
      else if (typeof held === 'object' && held !== null) waiting.push(held)
    }
  }
  return root
}

function isMarked(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(MARK)
}

const toBigInt = (marked: string) => BigInt(marked.slice(MARK.length))

/** To assign to a key called `__proto__` would do something else. */
function set(holder: Record<string, unknown>, key: string, value: bigint): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
}

let isExact = false

/** Without this `JSON.stringify` throws on a bigint, wherever one is written; to all but {@link exactJson} it is text. */
Object.defineProperty(BigInt.prototype, 'toJSON', {
  value(this: bigint) {
    return isExact ? `${MARK}${this}` : String(this)
  },
  configurable: true,
  writable: true,
})

/** As `JSON.stringify`, with bigints as the whole numbers that they are. */
export function exactJson(value: unknown): string {
  isExact = true
  try {
    const text = JSON.stringify(value)
    return text?.includes(MARK) ? text.replace(MARKED, '$1') : text
  } finally {
    isExact = false
  }
}

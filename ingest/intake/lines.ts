import { isUtf8 } from 'node:buffer'
import { NOT_UTF8, reject, type Rejection } from '../decode/outcome.ts'

/** A line longer than this is no record; only its beginning is kept. */
export const MAX_LINE_BYTES = 1_000_000
const KEPT_OF_LONG_LINE = 2_000
const NEWLINE = 0x0a

const TOO_LONG = reject('too_large', `a record is at most ${MAX_LINE_BYTES} bytes`)

export interface Line {
  text: string
  /** Why it is no record; of one that is too long, `text` is the beginning. */
  fault?: Rejection
}

/** Cuts a stream of UTF-8 bytes into lines, holding no more than one chunk and one line at a time. */
export class LineSplitter {
  #parts: Buffer[] = []
  #length = 0

  /** The lines that end in this chunk. */
  push(chunk: Buffer): Line[] {
    const first = chunk.indexOf(NEWLINE)
    if (first < 0) {
      this.#hold(chunk)
      return []
    }
    const last = chunk.lastIndexOf(NEWLINE)
    this.#hold(chunk.subarray(0, first))
    const lines = [this.#finish()]
    if (last > first) {
      for (const line of linesOf(chunk.subarray(first + 1, last))) lines.push(line)
    }
    this.#hold(chunk.subarray(last + 1))
    return lines
  }

  /** What follows the last newline, if anything does. */
  end(): Line[] {
    return this.#length > 0 ? [this.#finish()] : []
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return
    if (this.#length <= MAX_LINE_BYTES) this.#parts.push(bytes)
    this.#length += bytes.length
  }

  #finish(): Line {
    const long = this.#length > MAX_LINE_BYTES
    const whole = Buffer.concat(this.#parts)
    this.#parts = []
    this.#length = 0
    return long
      ? { text: whole.toString('utf8', 0, KEPT_OF_LONG_LINE), fault: TOO_LONG }
      : toLine(whole.toString('utf8'), isUtf8(whole))
  }
}

/** One conversion for all lines is much cheaper than one a line. */
function linesOf(bytes: Buffer): Line[] {
  if (isUtf8(bytes)) return bytes.toString('utf8').split('\n').map((text) => toLine(text, true)) // prettier-ignore
  const each = bytes.toString('latin1').split('\n').map((line) => Buffer.from(line, 'latin1')) // prettier-ignore
  return each.map((line) => toLine(line.toString('utf8'), isUtf8(line)))
}

function toLine(text: string, isInUtf8: boolean): Line {
  if (text.length > MAX_LINE_BYTES) return { text: text.slice(0, KEPT_OF_LONG_LINE), fault: TOO_LONG }
  return isInUtf8 ? { text } : { text, fault: NOT_UTF8 }
}

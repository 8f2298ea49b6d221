/** A line longer than this is no record; only its beginning is kept. */
export const MAX_LINE_BYTES = 1_000_000
const KEPT_OF_LONG_LINE = 2_000
const NEWLINE = 0x0a

export interface Line {
  text: string
  /** The line was longer than {@link MAX_LINE_BYTES}, and `text` is its beginning. */
  long: boolean
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
      // One conversion for all lines in between is much cheaper than one a line.
      for (const text of chunk.toString('utf8', first + 1, last).split('\n')) lines.push(toLine(text))
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
      ? { text: whole.toString('utf8', 0, KEPT_OF_LONG_LINE), long }
      : toLine(whole.toString('utf8'))
  }
}

function toLine(text: string): Line {
  return text.length > MAX_LINE_BYTES
    ? { text: text.slice(0, KEPT_OF_LONG_LINE), long: true }
    : { text, long: false }
}

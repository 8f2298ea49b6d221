/** A record of a CSV file, or one like it. */
export interface DelimitedRecord {
  /** The line that it begins on, from 1. */
  line: number
  fields: string[]
  /** A line without anything on it. */
  blank: boolean
  /** A quoted field is followed by text before the next separator. */
  garbled: boolean
}

/** Cuts text into records as the engine does, chunk by chunk: quotes count only where a field begins. */
export class DelimitedScanner {
  #line = 1
  #record: DelimitedRecord = emptyRecord(1)
  #field = ''
  #state: 'start' | 'bare' | 'quoted' | 'closing' = 'start'

  constructor(readonly delimiter: string) {}

  /** The records that end in this text. */
  push(text: string): DelimitedRecord[] {
    const ended: DelimitedRecord[] = []
    for (const character of text) this.#take(character, ended)
    return ended
  }

  /** What follows the last line end, if anything does; `open` where a quote was not closed. */
  end(): { records: DelimitedRecord[]; open: boolean } {
    const open = this.#state === 'quoted'
    const isEmpty = this.#state === 'start' && this.#record.fields.length === 0
    const ended: DelimitedRecord[] = []
    if (!isEmpty) this.#endRecord(ended)
    return { records: ended, open }
  }

  #take(character: string, ended: DelimitedRecord[]): void {
    if (character === '\n') this.#line++
    if (this.#state === 'quoted') {
      if (character === '"') this.#state = 'closing'
      else this.#field += character
    } else if (this.#state === 'closing' && character === '"') {
      this.#field += '"'
      this.#state = 'quoted'
    } else if (character === this.delimiter) {
      this.#endField()
    } else if (character === '\n') {
      this.#endRecord(ended)
    } else if (this.#state === 'start' && character === '"') {
      this.#state = 'quoted'
    } else if (this.#state === 'closing') {
      if (!/\s/.test(character)) this.#record.garbled = true
    } else {
      this.#state = 'bare'
      this.#field += character
    }
  }

  #endField(): void {
    this.#record.fields.push(this.#field)
    this.#field = ''
    this.#state = 'start'
  }

  #endRecord(ended: DelimitedRecord[]): void {
    this.#record.blank = this.#record.fields.length === 0 && this.#state !== 'closing' && this.#field.trim() === '' // prettier-ignore
    if (this.#field.endsWith('\r')) this.#field = this.#field.slice(0, -1)
    this.#endField()
    ended.push(this.#record)
    this.#record = emptyRecord(this.#line)
  }
}

const emptyRecord = (line: number): DelimitedRecord => ({ line, fields: [], blank: false, garbled: false })

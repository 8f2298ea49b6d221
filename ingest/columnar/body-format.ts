/** A format of columns that a body of events may have. */
export interface BodyFormat {
  /** As messages name it. */
  name: 'Parquet' | 'Arrow'
  engineFormat: 'Parquet' | 'ArrowStream'
  extension: string
  /** Bytes before what the engine reads. */
  skipped: number
}

const ARROW = { name: 'Arrow', engineFormat: 'ArrowStream', extension: '.arrows' } as const

/** By media type. An Arrow file is a stream behind eight bytes, and with a footer, which readers of streams ignore. */
export const BODY_FORMATS: Readonly<Record<string, BodyFormat | undefined>> = {
  'application/vnd.apache.parquet': {
    name: 'Parquet',
    engineFormat: 'Parquet',
    extension: '.parquet',
    skipped: 0,
  },
  'application/vnd.apache.arrow.stream': { ...ARROW, skipped: 0 },
  'application/vnd.apache.arrow.file': { ...ARROW, skipped: 8 },
}

/** A body that cannot be taken as a whole; nothing of it is stored. The message says why, and what to do. */
export class BodyRefused extends Error {
  override readonly name = 'BodyRefused'
  readonly why: 'unreadable' | 'too_large'

  constructor(why: BodyRefused['why'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.why = why
  }
}

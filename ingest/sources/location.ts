/** A file of a source as it stands now. */
export interface SourceFile {
  /** What tells it from others of the source; ends as its format wants it. */
  path: string
  /** Another one for other content. */
  etag: string
  /** Bytes; 0 where that is not known before it is read. */
  size: number
  /** When it was last changed; milliseconds since 1970. */
  modifiedAt: number
  /** Columns that its path, or the log of its table, holds for all its rows; null is no value. */
  constants: Readonly<Record<string, string | null>>
}

/** Where a source has its files. */
export interface Location {
  /**
   * The files that are there now, in any order. Throws {@link LocationError} where that cannot be found out. A table lists
   * what came after `last` alone, and a location of rows the next piece of them after it.
   * @param last path of the newest file that was seen, or of the newest rows that were taken
   * @param leftOut told of a file that is not one of the source
   */
  list(
    last: string | undefined,
    signal: AbortSignal,
    leftOut?: (path: string) => void,
  ): AsyncIterable<SourceFile>
  /**
   * Writes the content of a file to `target`. It is `changed` where it is no longer what was listed, which the next look
   * will see.
   */
  fetch(file: SourceFile, target: string, signal: AbortSignal): Promise<'fetched' | 'changed'>
  /** Rows that cannot be read, since they have no place in the order. */
  countUnordered?(signal: AbortSignal): Promise<number>
  close(): Promise<void>
}

/** A location that cannot be read now. The message says why, and what to do; nothing in it is secret. */
export class LocationError extends Error {
  override readonly name = 'LocationError'
}

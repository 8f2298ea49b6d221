/** Where a dead letter came from, which is what tells it from others. */
export interface DeadLetterPlace {
  /** Topic, `http:predictions`, `http:labels` or `http:reference-features`, or `source:predictions:` and such with its name. */
  source: string
  partition: number
  /** With `source`, `partition` and `stamp` the identity: the same dead letter twice is one. */
  offset: number
  /**
   * The time of its message, milliseconds since 1970, where the place was taken by one of another time: the offsets of a
   * topic that is made anew begin again. Absent or 0 for the first.
   */
  stamp?: number | undefined
}

/** No source has a character that a URL or a shell would have to escape; offsets stay below 2^53. */
export const DEAD_LETTER_ID =
  /^([A-Za-z0-9._-]{1,249}|http:[a-z-]+|source:[a-z]+:[A-Za-z0-9._-]{1,63}):(0|[1-9]\d{0,9}):(0|[1-9]\d{0,14})(?::([1-9]\d{0,14}))?$/

/** The place as a text that people can copy: `predictions:3:41`. */
export function deadLetterId({ source, partition, offset, stamp = 0 }: DeadLetterPlace): string {
  return [source, partition, offset, ...(stamp === 0 ? [] : [stamp])].join(':')
}

/** What {@link deadLetterId} made; undefined for any other text. */
export function parseDeadLetterId(id: string): DeadLetterPlace | undefined {
  const match = DEAD_LETTER_ID.exec(id)
  if (match === null) return undefined
  const [, source, partition, offset, stamp] = match as (string | undefined)[]
  const place = { source: source!, partition: Number(partition), offset: Number(offset) }
  return stamp === undefined ? place : { ...place, stamp: Number(stamp) }
}

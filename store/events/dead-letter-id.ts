/** Where a dead letter came from, which is what tells it from others. */
export interface DeadLetterPlace {
  /** Topic, or `http:predictions` and `http:labels`. */
  source: string
  partition: number
  /** With `source` and `partition` the identity: the same dead letter twice is one. */
  offset: number
}

/** No source has a character that a URL or a shell would have to escape; offsets stay below 2^53. */
export const DEAD_LETTER_ID = /^([A-Za-z0-9._-]{1,249}|http:[a-z]+):(0|[1-9]\d{0,9}):(0|[1-9]\d{0,14})$/

/** The place as a text that people can copy: `predictions:3:41`. */
export function deadLetterId({ source, partition, offset }: DeadLetterPlace): string {
  return `${source}:${partition}:${offset}`
}

/** What {@link deadLetterId} made; undefined for any other text. */
export function parseDeadLetterId(id: string): DeadLetterPlace | undefined {
  const match = DEAD_LETTER_ID.exec(id)
  return match === null
    ? undefined
    : { source: match[1], partition: Number(match[2]), offset: Number(match[3]) }
}

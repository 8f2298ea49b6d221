import type { KafkaMessage } from 'kafkajs'
import type { SourceMessage } from '../intake/messages.ts'

const NO_HEADERS: Readonly<Record<string, string>> = {}

/** A message of Kafka in the words of the intake. */
export function toSourceMessage(
  { value, headers, timestamp, offset }: KafkaMessage,
  partition: number,
): SourceMessage {
  return {
    value,
    headers: headers === undefined ? NO_HEADERS : textHeaders(headers),
    recordedAt: Number(timestamp),
    partition,
    offset: Number(offset),
  }
}

/** Of a header that is given more than once the last counts. */
function textHeaders(headers: NonNullable<KafkaMessage['headers']>): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) => {
    const last = Array.isArray(value) ? value.at(-1) : value
    return last === undefined ? [] : [[name, last.toString()] as const]
  })
  return Object.fromEntries(entries)
}

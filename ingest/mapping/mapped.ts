import type { InferenceLog } from '../../store/events/inference-logs.ts'
import type { Rejection } from '../decode/outcome.ts'

/** A Kafka record, as far as its meaning goes. */
export interface TopicMessage {
  value: Buffer | null
  /** By name; of a name that came several times, one. */
  headers: Readonly<Record<string, string>>
  /** The time of the Kafka record, milliseconds since 1970. */
  recordedAt: number
}

/** A prediction or label in our own shape, not checked any further, and the model it is of, where one is named. */
export interface MappedRecord {
  model: string | undefined
  event: unknown
}

/** What a Kafka record says. */
export type Mapped =
  | { status: 'records'; records: MappedRecord[] }
  /** A request or response of a KServe exchange, to be paired with its counterpart. */
  | { status: 'inference_log'; log: InferenceLog }
  /** Nothing that concerns us: a tombstone, another kind of CloudEvent. */
  | { status: 'ignored' }
  | Rejection

export type Mapping = (message: TopicMessage) => Mapped
/** A mapping of what is decoded already. */
export type MapObject = (value: Record<string, unknown>) => Mapped

export const IGNORED = { status: 'ignored' } as const

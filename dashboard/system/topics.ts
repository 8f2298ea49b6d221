import { formatCount, plural } from '../format.ts'
import type { Answer } from '../queries/answer.ts'
import { formatAgo } from './words.ts'

type System = Answer<'getSystem'>

/** How far the reading of a topic is, as the processes that consume say. */
export type TopicStanding =
  | { state: 'read'; lag: number; advancedAt: string | null }
  /** The brokers do not have it yet. */
  | { state: 'missing' }
  /** The brokers have it, and nobody reads it. */
  | { state: 'unread' }
  /** No process consumes. */
  | { state: 'no_consumer' }
  /** Declared since the last look, or what is consumed is not known. */
  | { state: 'unknown' }

export function topicStanding({ kafka }: Pick<System, 'kafka'>, name: string): TopicStanding {
  if (!kafka.known) return { state: 'unknown' }
  const read = kafka.topics.find(({ topic }) => topic === name)
  if (read !== undefined) return { state: 'read', lag: read.lag, advancedAt: read.advanced_at }
  if (kafka.consumers === 0) return { state: 'no_consumer' }
  if (kafka.missing.includes(name)) return { state: 'missing' }
  return { state: kafka.unread.includes(name) ? 'unread' : 'unknown' }
}

/** `Read: 3 records wait, the last were stored 5 s ago.` Nothing where nothing is known. */
export function standingWords(standing: TopicStanding, at: string): string {
  switch (standing.state) {
    case 'read': {
      const { lag, advancedAt } = standing
      const waiting = lag === 0 ? 'nothing waits' : `${plural(lag, 'record')} ${lag === 1 ? 'waits' : 'wait'}`
      const stored = advancedAt === null ? '' : `; the last were stored ${formatAgo(advancedAt, at)}`
      return `Read: ${waiting}${stored}.`
    }
    case 'missing':
      return 'The brokers do not have this topic yet. It will be read once it is created.'
    case 'unread':
      return 'The brokers have this topic, but it is not read yet.'
    case 'no_consumer':
      return 'No running process consumes from Kafka: start one that has the role “ingest” and sets KAFKA_BROKERS.'
    case 'unknown':
      return ''
  }
}

/** A count of records that wait, for a cell of a table. */
export const lagText = (standing: TopicStanding) =>
  standing.state === 'read' ? formatCount(standing.lag) : '–'

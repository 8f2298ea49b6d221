import type { Admin } from 'kafkajs'
import type { TopicSource } from '../intake/messages.ts'

/** The topics of the brokers, beside those that are to be read. */
export interface BrokerTopics {
  read: ReadonlyMap<string, TopicSource>
  /** To be read, but not there yet. */
  missing: readonly string[]
  /** There, but not to be read; by name, without those that Kafka keeps for itself. */
  unread: readonly string[]
}

/** Topics such as `__consumer_offsets` hold what Kafka and its tools need. */
const INTERNAL = /^__/

export async function findBrokerTopics(
  admin: Pick<Admin, 'listTopics'>,
  wanted: readonly TopicSource[],
): Promise<BrokerTopics> {
  const present = new Set(await admin.listTopics())
  const names = new Set(wanted.map(({ name }) => name))
  return {
    read: new Map(wanted.filter(({ name }) => present.has(name)).map((topic) => [topic.name, topic])),
    missing: [...names].filter((name) => !present.has(name)),
    unread: [...present].filter((name) => !names.has(name) && !INTERNAL.test(name)).sort(),
  }
}

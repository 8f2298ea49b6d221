import type { Logger } from 'pino'
import type { Live } from '../api/live.ts'
import type { Intake } from '../ingest/intake.ts'
import { createKafka } from '../ingest/kafka/connect.ts'
import { startKafkaIntake, type KafkaIntake } from '../ingest/kafka/consumer.ts'
import type { KafkaSettings } from '../ingest/kafka/settings.ts'
import { compileMapping } from '../ingest/mapping/compile.ts'
import type { TopicSource } from '../ingest/messages.ts'
import type { Store } from '../store/client.ts'
import type { Models } from '../store/models.ts'
import { topics, topicSchema, type TopicDeclaration } from '../store/topic.ts'

export interface KafkaOptions {
  settings: KafkaSettings
  store: Store
  models: Models
  intake: Intake
  live: Live
  clock: () => Date
  log: Logger
}

/** Consumes the topics of the settings and those that are declared, for as long as the process lives. */
export function consumeKafka(options: KafkaOptions): KafkaIntake {
  const { settings, store, models, intake, live, clock, log } = options
  const source = remembered(toSource)
  return startKafkaIntake({
    kafka: createKafka(settings, log),
    groupId: settings.groupId,
    sessionTimeoutMs: settings.sessionTimeoutMs,
    store,
    intake,
    findModel: (name) => models.find(name),
    topics: async () => (await topicsOf(settings, store)).map(source),
    clock,
    log,
    onStored: () => live.publish({ topic: 'volume' }),
  })
}

/** The topics of the settings, whose records are in our own shape, and the declared ones, which override them. */
async function topicsOf(settings: KafkaSettings, store: Store): Promise<TopicDeclaration[]> {
  const byName = new Map<string, TopicDeclaration>()
  for (const [name, records] of [
    [settings.predictionsTopic, 'predictions'],
    [settings.labelsTopic, 'labels'],
  ] as const)
    if (name !== undefined) byName.set(name, topicSchema.parse({ name, records }))
  for (const topic of await topics.list(store)) byName.set(topic.name, topic)
  return [...byName.values()]
}

function toSource(topic: TopicDeclaration): TopicSource {
  return { name: topic.name, records: topic.records, mapping: compileMapping(topic) }
}

/** The same function, giving the same source for the same declaration, so that a change can be told. */
function remembered(make: typeof toSource): typeof toSource {
  const made = new Map<string, TopicSource>()
  return (topic) => {
    const key = JSON.stringify(topic)
    const source = made.get(key) ?? make(topic)
    made.set(key, source)
    return source
  }
}

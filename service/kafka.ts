import type { Logger } from 'pino'
import type { Live } from '../api/live.ts'
import type { Intake } from '../ingest/intake/intake.ts'
import { createKafka } from '../ingest/kafka/connect.ts'
import { startKafkaIntake, type KafkaIntake } from '../ingest/kafka/consumer.ts'
import type { KafkaSettings } from '../ingest/kafka/settings.ts'
import type { TopicSources } from '../ingest/kafka/topic-sources.ts'
import type { Store } from '../store/engine/client.ts'
import type { Models } from '../store/models.ts'

export interface KafkaOptions {
  settings: KafkaSettings
  store: Store
  models: Models
  topics: TopicSources
  intake: Intake
  live: Live
  clock: () => Date
  log: Logger
}

/** Consumes the topics for as long as the process lives. */
export function consumeKafka(options: KafkaOptions): KafkaIntake {
  const { settings, store, models, topics, intake, live, clock, log } = options
  return startKafkaIntake({
    kafka: createKafka(settings, log),
    groupId: settings.groupId,
    sessionTimeoutMs: settings.sessionTimeoutMs,
    store,
    intake,
    findModel: (name) => models.find(name),
    topics,
    clock,
    log,
    onStored: () => live.publish({ topic: 'volume' }),
  })
}

import type { Logger } from 'pino'
import type { Live } from '../api/live.ts'
import type { Intake } from '../ingest/intake.ts'
import { createKafka } from '../ingest/kafka/connect.ts'
import { startKafkaIntake, type KafkaIntake } from '../ingest/kafka/consumer.ts'
import type { KafkaSettings } from '../ingest/kafka/settings.ts'
import { plain } from '../ingest/mapping/mapping.ts'
import type { Store } from '../store/client.ts'
import type { Models } from '../store/models.ts'

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
  const sources = [
    { name: settings.predictionsTopic, records: 'predictions' as const, mapping: plain },
    { name: settings.labelsTopic, records: 'labels' as const, mapping: plain },
  ]
  return startKafkaIntake({
    kafka: createKafka(settings, log),
    groupId: settings.groupId,
    store,
    intake,
    findModel: (name) => models.find(name),
    topics: async () => sources,
    clock,
    log,
    onStored: () => live.publish({ topic: 'volume' }),
  })
}

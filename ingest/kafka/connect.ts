import { Kafka, logLevel } from 'kafkajs'
import type { Logger } from 'pino'
import type { KafkaSettings } from './settings.ts'
export function createKafka(settings: KafkaSettings, _log: Logger): Kafka {
  return new Kafka({ brokers: settings.brokers, clientId: settings.clientId, logLevel: logLevel.ERROR })
}

import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { z } from 'zod'
import type { KafkaSettings, SaslSettings, TlsSettings } from './ingest/kafka/settings.ts'
import { isLoopback } from './loopback.ts'
import { topicNameSchema } from './store/topic.ts'

const BROKERS_HINT = 'write host:port for each broker, separated by commas'
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const
/** What a topic is set to when none is to be read. */
const NO_TOPIC = 'none'

const broker = z.string().regex(/^[A-Za-z0-9._-]+:\d{1,5}$/, BROKERS_HINT).refine((address) => portOf(address) >= 1 && portOf(address) <= 65535, 'a port is 1 to 65535')

const variablesSchema = z.object({
  KAFKA_BROKERS: z
    .string()
    .transform((text) => text.split(',').map((address) => address.trim()).filter((address) => address !== ''))
    .pipe(z.array(broker).min(1, BROKERS_HINT))
    .optional(),
  KAFKA_GROUP_ID: z.string().default('driftgauge'),
  KAFKA_CLIENT_ID: z.string().default('driftgauge'),
  KAFKA_PREDICTIONS_TOPIC: topicNameSchema.default('predictions'),
  KAFKA_LABELS_TOPIC: topicNameSchema.default('labels'),
  KAFKA_TLS: z.enum(['true', 'false'], 'write true or false').default('false'),
})

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { KafkaSettings } from './ingest/kafka/settings.ts'
import { isLoopback } from './loopback.ts'
import { topicNameSchema } from './control/declared/topic-name.ts'

const BROKERS_HINT =
  'write the host:port of one or more brokers, separated by commas; a port is 1 to 65535, and an IPv6 host needs a name'

const SESSION_HINT = 'use a whole number of milliseconds from 1000 to 1800000'

/** `none` where no such topic is to be read. */
const topicSchema = topicNameSchema.transform((name) => (name === 'none' ? undefined : name))

const fileSchema = z.string().transform((path, context) => {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    context.addIssue((cause as Error).message)
    return z.NEVER
  }
})
const certificateFileSchema = fileSchema.refine(isCertificate, 'the file contains no PEM certificate')

const variablesSchema = z.object({
  KAFKA_BROKERS: z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((broker) => broker.trim())
        .filter((broker) => broker !== ''),
    )
    .pipe(z.array(z.string().refine(isBroker, BROKERS_HINT)).min(1, BROKERS_HINT))
    .optional(),
  KAFKA_GROUP_ID: z.string().default('driftgauge'),
  KAFKA_CLIENT_ID: z.string().default('driftgauge'),
  KAFKA_SESSION_TIMEOUT_MS: z.coerce
    .number(SESSION_HINT)
    .int(SESSION_HINT)
    .min(1_000, SESSION_HINT)
    .max(1_800_000, SESSION_HINT)
    .default(30_000),
  KAFKA_PREDICTIONS_TOPIC: topicSchema.prefault('predictions'),
  KAFKA_LABELS_TOPIC: topicSchema.prefault('labels'),
  KAFKA_TLS: z.enum(['true', 'false'], 'write true or false').default('false'),
  KAFKA_TLS_CA_FILE: certificateFileSchema.optional(),
  KAFKA_TLS_CERT_FILE: certificateFileSchema.optional(),
  KAFKA_TLS_KEY_FILE: fileSchema.optional(),
  KAFKA_SASL_MECHANISM: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['plain', 'scram-sha-256', 'scram-sha-512'], 'write plain, scram-sha-256 or scram-sha-512'))
    .optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
})

type Variables = z.output<typeof variablesSchema>

/** The settings of Kafka from variables of which none is empty; undefined without KAFKA_BROKERS. */
export const kafkaSchema = variablesSchema
  .superRefine((variables, context) => {
    for (const [name, message] of contradictions(variables))
      context.addIssue({ code: 'custom', path: [name], message })
  })
  .transform((variables): KafkaSettings | undefined => {
    const { KAFKA_BROKERS: brokers, KAFKA_SASL_MECHANISM: mechanism, KAFKA_TLS: tls } = variables
    if (brokers === undefined) return undefined
    return {
      brokers,
      groupId: variables.KAFKA_GROUP_ID,
      clientId: variables.KAFKA_CLIENT_ID,
      sessionTimeoutMs: variables.KAFKA_SESSION_TIMEOUT_MS,
      predictionsTopic: variables.KAFKA_PREDICTIONS_TOPIC,
      labelsTopic: variables.KAFKA_LABELS_TOPIC,
      tls:
        tls === 'false'
          ? undefined
          : {
              ca: variables.KAFKA_TLS_CA_FILE,
              cert: variables.KAFKA_TLS_CERT_FILE,
              key: variables.KAFKA_TLS_KEY_FILE,
            },
      sasl:
        mechanism === undefined
          ? undefined
          : {
              mechanism,
              username: variables.KAFKA_SASL_USERNAME!,
              password: variables.KAFKA_SASL_PASSWORD!,
            },
    }
  })

/** What variables that are each well formed must not say together: the one to change, and how. */
function* contradictions(variables: Variables): Generator<[name: keyof Variables, message: string]> {
  const { KAFKA_LABELS_TOPIC: labelsTopic, KAFKA_TLS_CERT_FILE: cert, KAFKA_TLS_KEY_FILE: key, KAFKA_SASL_MECHANISM: mechanism } = variables // prettier-ignore
  if (labelsTopic !== undefined && labelsTopic === variables.KAFKA_PREDICTIONS_TOPIC)
    yield ['KAFKA_LABELS_TOPIC', 'predictions are already read from this topic; use another topic, or none']

  if (variables.KAFKA_TLS === 'false') {
    for (const name of ['KAFKA_TLS_CA_FILE', 'KAFKA_TLS_CERT_FILE', 'KAFKA_TLS_KEY_FILE'] as const)
      if (variables[name] !== undefined) yield [name, 'has no effect without TLS; set KAFKA_TLS to true']
  } else if (cert !== undefined && key === undefined)
    yield ['KAFKA_TLS_KEY_FILE', 'set the file of the private key for KAFKA_TLS_CERT_FILE']
  else if (cert === undefined && key !== undefined)
    yield ['KAFKA_TLS_CERT_FILE', 'set the file of the certificate for KAFKA_TLS_KEY_FILE']
  else if (cert !== undefined && key !== undefined && !isKeyOf(cert, key))
    yield [
      'KAFKA_TLS_KEY_FILE',
      'the file contains no private key for KAFKA_TLS_CERT_FILE in PEM without a passphrase',
    ]

  for (const name of ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const) {
    const isGiven = variables[name] !== undefined
    if (isGiven && mechanism === undefined)
      yield [
        name,
        'has no effect on its own; set KAFKA_SASL_MECHANISM to plain, scram-sha-256 or scram-sha-512',
      ]
    if (!isGiven && mechanism !== undefined) yield [name, `is required for KAFKA_SASL_MECHANISM=${mechanism}`]
  }
  const isInTheClear =
    variables.KAFKA_TLS === 'false' && variables.KAFKA_BROKERS?.every(isOnThisMachine) === false
  if (mechanism === 'plain' && isInTheClear)
    yield [
      'KAFKA_SASL_MECHANISM',
      'plain sends the password unencrypted; set KAFKA_TLS to true, or use scram-sha-512',
    ]
}

function isBroker(text: string): boolean {
  const port = Number(/^[A-Za-z0-9._-]+:(\d+)$/.exec(text)?.[1])
  return port >= 1 && port <= 65535
}

function isOnThisMachine(broker: string): boolean {
  return isLoopback(broker.split(':')[0])
}

function isCertificate(text: string): boolean {
  try {
    new X509Certificate(text)
    return true
  } catch {
    return false
  }
}

function isKeyOf(certificate: string, key: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}

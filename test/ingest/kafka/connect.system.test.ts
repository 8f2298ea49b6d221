import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import kafkajs, { CompressionTypes, Partitioners } from 'kafkajs'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectionAdvice } from '../../../ingest/kafka/advice.ts'
import { createKafka } from '../../../ingest/kafka/connect.ts'
import type { KafkaSettings, SaslSettings } from '../../../ingest/kafka/settings.ts'
import { createAuthority } from '../../support/certificates.ts'
import { describeKafka, startBroker, type Broker } from '../../support/kafka/broker.ts'
import { kafkaClassPath } from '../../support/kafka/jars.ts'
import { runTool } from '../../support/kafka/process.ts'

const PASSWORD = 'correct horse, battery="staple"'
const SCRAM_PASSWORD = 'another-horse'
/** Everything that is logged, down to the finest level. */
const lines: Record<string, unknown>[] = []
const log = pino(
  { level: 'trace', base: undefined },
  { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
)

const settings = (broker: string, more: Partial<KafkaSettings> = {}): KafkaSettings => ({
  brokers: [broker],
  clientId: 'driftgauge',
  groupId: 'driftgauge',
  sessionTimeoutMs: 30_000,
  predictionsTopic: undefined,
  labelsTopic: undefined,
  tls: undefined,
  sasl: undefined,
  ...more,
})

/** The topics that the broker tells. */
async function connect(options: KafkaSettings): Promise<string[]> {
  const admin = createKafka(options, log).admin({ retry: { retries: 0 } })
  try {
    await admin.connect()
    return await admin.listTopics()
  } finally {
    await admin.disconnect()
  }
}

/** The message of the error that connecting ends with. */
async function fault(options: KafkaSettings): Promise<string> {
  return connect(options).then(
    () => expect.fail('it connected'),
    (error: Error) => error.message,
  )
}

describe('without a broker', () => {
  it('tells an address where nothing listens, and what to do', async () => {
    const before = lines.length
    const message = await fault(settings('127.0.0.1:1'))
    expect(message).toMatch('connect ECONNREFUSED 127.0.0.1:1')
    expect(connectionAdvice(message)).toMatch('KAFKA_BROKERS')
    const warnings = lines.slice(before).filter(({ level }) => level === log.levels.values.warn)
    expect(warnings.length).toBeGreaterThan(1)
    for (const warning of warnings) {
      expect(warning.msg).toMatch(/^Kafka: Failed to connect to seed broker.*ECONNREFUSED 127\.0\.0\.1:1$/)
      expect(warning.advice).toBe(connectionAdvice(message))
    }
    expect(lines.filter(({ level }) => (level as number) > log.levels.values.warn)).toEqual([])
  })

  it('tells a host that there is not', async () => {
    const message = await fault(settings('no-such-host.invalid:9092'))
    expect(message).toMatch(/(ENOTFOUND|EAI_AGAIN) no-such-host\.invalid/)
    expect(connectionAdvice(message)).toMatch('there is no such host')
  })
})

describeKafka(
  'a broker with TLS and passwords',
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'driftgauge-certificates-'))
    const authority = createAuthority(directory, 'ours')
    const stranger = createAuthority(directory, 'stranger')
    const tls = { ca: authority.ca }
    const plain: SaslSettings = { mechanism: 'plain', username: 'alice', password: PASSWORD }
    const scram: SaslSettings = { mechanism: 'scram-sha-256', username: 'bob', password: SCRAM_PASSWORD }
    let broker: Broker

    beforeAll(async () => {
      const stores = {
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': authority.sign('broker').path,
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': authority.path,
      }
      const modules = 'org.apache.kafka.common.security'
      const sasl = {
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
        'plain.sasl.jaas.config': `${modules}.plain.PlainLoginModule required user_alice="${PASSWORD.replaceAll('"', '\\"')}";`,
        'scram-sha-256.sasl.jaas.config': `${modules}.scram.ScramLoginModule required;`,
        'scram-sha-512.sasl.jaas.config': `${modules}.scram.ScramLoginModule required;`,
      }
      broker = await startBroker({
        listeners: {
          TLS: { protocol: 'SSL', properties: stores },
          MUTUAL: { protocol: 'SSL', properties: { ...stores, 'ssl.client.auth': 'required' } },
          SASL: { protocol: 'SASL_SSL', properties: { ...stores, ...sasl } },
          OPEN: {
            protocol: 'SASL_PLAINTEXT',
            properties: { ...sasl, 'sasl.enabled.mechanisms': 'SCRAM-SHA-256' },
          },
        },
        scramUsers: { bob: SCRAM_PASSWORD },
      })
    })
    afterAll(async () => {
      await broker.stop()
      rmSync(directory, { recursive: true, force: true })
    })

    it.each<[string, string, () => Partial<KafkaSettings>]>([
      ['TLS with an authority of its own', 'TLS', () => ({ tls })],
      ['mutual TLS', 'MUTUAL', () => ({ tls: { ...tls, ...pair(authority.sign('client')) } })],
      ['PLAIN over TLS', 'SASL', () => ({ tls, sasl: plain })],
      ['SCRAM-SHA-256 over TLS', 'SASL', () => ({ tls, sasl: scram })],
      ['SCRAM-SHA-512 over TLS', 'SASL', () => ({ tls, sasl: { ...scram, mechanism: 'scram-sha-512' } })],
      ['SCRAM without TLS', 'OPEN', () => ({ sasl: scram })],
    ])('is reached by %s', async (_, listener, more) => {
      expect(await connect(settings(broker.listeners[listener], more()))).toContain('__consumer_offsets')
    })

    it('is reached by a name that its certificate has', async () => {
      const address = broker.listeners.TLS.replace('127.0.0.1', 'localhost')
      expect(await connect(settings(address, { tls }))).toContain('__consumer_offsets')
    })

    // Side by side, since each is tried several times, with pauses.
    it.concurrent.each<[string, string, () => Partial<KafkaSettings>, RegExp, string]>([
      ['an authority that is not known', 'TLS', () => ({ tls: {} }), /unable to verify/, 'KAFKA_TLS_CA_FILE'],
      ['another authority', 'TLS', () => ({ tls: { ca: stranger.ca } }), /unable to verify/, 'KAFKA_TLS_CA_FILE'],
      ['no TLS where it is asked for', 'TLS', () => ({}), /Closed connection/, 'KAFKA_TLS'],
      ['TLS where there is none', 'PLAIN', () => ({ tls }), /before secure TLS connection/, 'unset KAFKA_TLS'],
      ['no certificate of ours', 'MUTUAL', () => ({ tls }), /certificate/, 'KAFKA_TLS_CERT_FILE'],
      ['a certificate of another authority', 'MUTUAL', () => ({ tls: { ...tls, ...pair(stranger.sign('client')) } }), /certificate/, 'KAFKA_TLS_CERT_FILE'],
      ['a wrong password, PLAIN', 'SASL', () => ({ tls, sasl: { ...plain, password: 'wrong-1' } }), /SASL PLAIN authentication failed.*Invalid username or password/, 'KAFKA_SASL_PASSWORD'],
      ['a wrong password, SCRAM', 'SASL', () => ({ tls, sasl: { ...scram, password: 'wrong-2' } }), /SASL SCRAM SHA256 authentication failed.*invalid credentials/, 'KAFKA_SASL_PASSWORD'],
      ['a user that there is not', 'SASL', () => ({ tls, sasl: { ...scram, username: 'eve' } }), /SASL SCRAM SHA256 authentication failed.*invalid credentials/, 'KAFKA_SASL_USERNAME'],
      ['a mechanism that is not enabled', 'OPEN', () => ({ sasl: { ...scram, mechanism: 'scram-sha-512' } }), /does not support the requested SASL mechanism/, 'KAFKA_SASL_MECHANISM'],
      ['no password where one is asked for', 'OPEN', () => ({}), /Closed connection/, 'KAFKA_SASL_MECHANISM'],
      ['a password where none is asked for', 'PLAIN', () => ({ sasl: scram }), /SASL state/, 'unset KAFKA_SASL_MECHANISM'],
    ])('tells %s, and what to do', async (_, listener, more, reason, advice) => {
      const message = await fault(settings(broker.listeners[listener] ?? broker.brokers, more()))
      expect(message).toMatch(reason)
      expect(connectionAdvice(message)).toContain(advice)
    }) // prettier-ignore

    describe.each([
      ['gzip', CompressionTypes.GZIP],
      ['snappy', CompressionTypes.Snappy],
      ['lz4', CompressionTypes.LZ4],
      ['zstd', CompressionTypes.ZSTD],
    ] as const)('%s', (name, type) => {
      // Several blocks of each format, and characters of one to four bytes.
      const values = Array.from({ length: 2_500 }, (_, id) => {
        const noise = randomBytes(60).toString('base64')
        return JSON.stringify({
          model: 'flights',
          id,
          city: 'Zürich 東京 🏔',
          noise,
          marker: 'payload-marker',
        })
      })

      it('is read as Java writes it', async () => {
        const topic = `java-${name}`
        await runTool(
          kafkaClassPath(),
          'org.apache.kafka.tools.ConsoleProducer',
          ['--bootstrap-server', broker.brokers, '--topic', topic, '--compression-codec', name, '--command-property', 'batch.size=400000'],
          values.join('\n'),
        ) // prettier-ignore
        expect(await readBack(topic)).toEqual(values)
      })

      it('is read as we write it, and Java too reads that', async () => {
        // The broker looks into the batch before it takes it.
        const topic = `own-${name}`
        const kafka = createKafka(settings(broker.brokers), log)
        const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
        await producer.connect()
        await producer.send({ topic, compression: type, messages: values.map((value) => ({ value })) })
        await producer.disconnect()
        expect(await readBack(topic)).toEqual(values)
      })

      /** The values of a topic, in the order of their offsets. Fails unless they come in batches that hold much. */
      async function readBack(topic: string): Promise<string[]> {
        const sizes: number[] = []
        const kafka = createKafka(settings(broker.brokers), log)
        const codec = kafkajs.CompressionCodecs[type]()
        kafkajs.CompressionCodecs[type] = () => ({
          ...codec,
          decompress: async (data: Buffer) => {
            const content: Buffer = await codec.decompress(data)
            sizes.push(content.length)
            return content
          },
        })
        const consumer = kafka.consumer({ groupId: `reads-${topic}` })
        await consumer.connect()
        await consumer.subscribe({ topic, fromBeginning: true })
        const found: string[] = []
        await new Promise<void>((resolve, reject) => {
          consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
          void consumer.run({
            eachBatch: async ({ batch }) => {
              found.push(...batch.messages.map(({ value }) => value!.toString()))
              if (found.length >= values.length) resolve()
            },
          })
        })
        await consumer.disconnect()
        expect(Math.max(...sizes)).toBeGreaterThan(200_000)
        return found
      }
    })

    it('has put neither passwords nor payloads into the log', () => {
      const text = JSON.stringify(lines)
      expect(text).toContain('Consumer has joined the group')
      for (const secret of [PASSWORD, SCRAM_PASSWORD, 'wrong-1', 'wrong-2', 'payload-marker'])
        expect(text).not.toContain(JSON.stringify(secret).slice(1, -1))
    })
  },
  { own: true },
)

function pair({ cert, key }: { cert: string; key: string }) {
  return { cert, key }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ConfigError, readConfig, type Environment } from '../../config.ts'
import { createAuthority } from '../support/certificates.ts'
import { command } from '../support/command.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-config-kafka-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function file(name: string, content: string): string {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

const authority = createAuthority(directory, 'ours')
const client = authority.sign('client')
const CERT = file('client.cert', client.cert)
const KEY = file('client.key', client.key)
const OTHER_KEY = file('other.key', authority.sign('other').key)
const BROKERS = { KAFKA_BROKERS: 'kafka-1:9092,kafka-2:9092' }
const SIGN_IN = { KAFKA_SASL_USERNAME: 'alice', KAFKA_SASL_PASSWORD: 'hunter2' }

const kafka = (environment: Environment) => readConfig(environment).kafka
function faults(environment: Environment): string[] {
  try {
    readConfig(environment)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message.split('\n')
  }
  return []
}

describe('the settings of Kafka', () => {
  test('are none without a broker', () => {
    expect(kafka({})).toBeUndefined()
    expect(kafka({ KAFKA_BROKERS: '', KAFKA_GROUP_ID: 'x' })).toBeUndefined()
  })

  test('have defaults for all but the brokers', () => {
    expect(kafka({ KAFKA_BROKERS: ' kafka-1:9092, 10.0.0.2:9093 ,' })).toEqual({
      brokers: ['kafka-1:9092', '10.0.0.2:9093'],
      groupId: 'driftgauge',
      clientId: 'driftgauge',
      sessionTimeoutMs: 30_000,
      predictionsTopic: 'predictions',
      labelsTopic: 'labels',
      tls: undefined,
      sasl: undefined,
    })
  })

  test('are read', () => {
    const environment = {
      ...BROKERS,
      KAFKA_GROUP_ID: 'drift-eu',
      KAFKA_CLIENT_ID: 'drift-1',
      KAFKA_SESSION_TIMEOUT_MS: '10000',
      KAFKA_PREDICTIONS_TOPIC: 'ml.predictions',
      KAFKA_LABELS_TOPIC: 'none',
      KAFKA_TLS: 'true',
      KAFKA_TLS_CA_FILE: authority.path,
      KAFKA_TLS_CERT_FILE: CERT,
      KAFKA_TLS_KEY_FILE: KEY,
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: 'alice',
      KAFKA_SASL_PASSWORD_FILE: file('password', 'hunter2\n'),
    }
    expect(kafka(environment)).toEqual({
      brokers: ['kafka-1:9092', 'kafka-2:9092'],
      groupId: 'drift-eu',
      clientId: 'drift-1',
      sessionTimeoutMs: 10_000,
      predictionsTopic: 'ml.predictions',
      labelsTopic: undefined,
      tls: { ca: authority.ca, cert: client.cert, key: client.key },
      sasl: { mechanism: 'scram-sha-512', username: 'alice', password: 'hunter2' },
    })
  })

  test('read no topic by default names where all are declared', () => {
    const none = kafka({ ...BROKERS, KAFKA_PREDICTIONS_TOPIC: 'none', KAFKA_LABELS_TOPIC: 'none' })
    expect(none).toMatchObject({ predictionsTopic: undefined, labelsTopic: undefined })
  })

  test.each<[string, Environment]>([
    ['SCRAM without TLS', { ...BROKERS, ...SIGN_IN, KAFKA_SASL_MECHANISM: 'scram-sha-256' }],
    ['PLAIN over TLS', { ...BROKERS, ...SIGN_IN, KAFKA_SASL_MECHANISM: 'plain', KAFKA_TLS: 'true' }],
    [
      'PLAIN on this machine',
      { ...SIGN_IN, KAFKA_BROKERS: 'localhost:1,127.0.0.1:2', KAFKA_SASL_MECHANISM: 'plain' },
    ],
    ['TLS with the authorities that Node trusts', { ...BROKERS, KAFKA_TLS: 'true' }],
  ])('take %s', (_, environment) => expect(faults(environment)).toEqual([]))

  test.each<[string, Environment, RegExp]>([
    ['a broker without a port', { KAFKA_BROKERS: 'kafka' }, /^KAFKA_BROKERS: write the host:port/],
    ['one such among others', { KAFKA_BROKERS: 'a:1,b' }, /^KAFKA_BROKERS: write the host:port/],
    ['a URL', { KAFKA_BROKERS: 'kafka://a:9092' }, /^KAFKA_BROKERS: write the host:port/],
    ['an IPv6 address', { KAFKA_BROKERS: '[::1]:9092' }, /^KAFKA_BROKERS: .*an IPv6 host needs a name/],
    ['a port out of range', { KAFKA_BROKERS: 'a:65536' }, /^KAFKA_BROKERS: .*a port is 1 to 65535/],
    ['no broker between commas', { KAFKA_BROKERS: ' , ' }, /^KAFKA_BROKERS: write the host:port/],
    ['a topic that Kafka could not have', { ...BROKERS, KAFKA_LABELS_TOPIC: 'a b' }, /^KAFKA_LABELS_TOPIC: the name of a Kafka topic is/],
    ['a session that ends at once', { ...BROKERS, KAFKA_SESSION_TIMEOUT_MS: '5' }, /^KAFKA_SESSION_TIMEOUT_MS: use a whole number/],
    ['one topic for both', { ...BROKERS, KAFKA_PREDICTIONS_TOPIC: 'labels' }, /^KAFKA_LABELS_TOPIC: predictions are already read/],
    ['TLS neither on nor off', { ...BROKERS, KAFKA_TLS: 'yes' }, /^KAFKA_TLS: write true or false/],
    ['a file of TLS without TLS', { ...BROKERS, KAFKA_TLS_CA_FILE: authority.path }, /^KAFKA_TLS_CA_FILE: .*set KAFKA_TLS to true/],
    ['a file that is not there', { ...BROKERS, KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: '/no/such' }, /^KAFKA_TLS_CA_FILE: .*no such file/],
    ['a file without a certificate', { ...BROKERS, KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: file('junk', 'junk') }, /^KAFKA_TLS_CA_FILE: the file contains no PEM certificate/],
    ['a certificate without its key', { ...BROKERS, KAFKA_TLS: 'true', KAFKA_TLS_CERT_FILE: CERT }, /^KAFKA_TLS_KEY_FILE: set/],
    ['a key without its certificate', { ...BROKERS, KAFKA_TLS: 'true', KAFKA_TLS_KEY_FILE: KEY }, /^KAFKA_TLS_CERT_FILE: set/],
    ['the key of another certificate', { ...BROKERS, KAFKA_TLS: 'true', KAFKA_TLS_CERT_FILE: CERT, KAFKA_TLS_KEY_FILE: OTHER_KEY }, /^KAFKA_TLS_KEY_FILE: the file contains no private key for/],
    ['a file that holds no key', { ...BROKERS, KAFKA_TLS: 'true', KAFKA_TLS_CERT_FILE: CERT, KAFKA_TLS_KEY_FILE: CERT }, /^KAFKA_TLS_KEY_FILE: the file contains no private key for/],
    ['an unknown mechanism', { ...BROKERS, ...SIGN_IN, KAFKA_SASL_MECHANISM: 'gssapi' }, /^KAFKA_SASL_MECHANISM: write plain, /],
    ['a mechanism without a password', { ...BROKERS, KAFKA_SASL_MECHANISM: 'scram-sha-256', KAFKA_SASL_USERNAME: 'alice' }, /^KAFKA_SASL_PASSWORD: is required/],
    ['a mechanism without a user', { ...BROKERS, KAFKA_SASL_MECHANISM: 'scram-sha-256', KAFKA_SASL_PASSWORD: 'hunter2' }, /^KAFKA_SASL_USERNAME: is required/],
    ['a password without a mechanism', { ...BROKERS, KAFKA_SASL_PASSWORD: 'hunter2' }, /^KAFKA_SASL_PASSWORD: .*set KAFKA_SASL_MECHANISM/],
    ['PLAIN in the clear', { ...BROKERS, ...SIGN_IN, KAFKA_SASL_MECHANISM: 'plain' }, /^KAFKA_SASL_MECHANISM: plain sends the password.*KAFKA_TLS.*scram/],
    ['PLAIN in the clear to one of several', { ...SIGN_IN, KAFKA_BROKERS: 'localhost:1,kafka:2', KAFKA_SASL_MECHANISM: 'plain' }, /^KAFKA_SASL_MECHANISM: plain/],
  ])('refuse %s', (_, environment, reason) => {
    const all = faults(environment)
    expect(all).toHaveLength(1)
    expect(all[0]).toMatch(reason)
    expect(all[0]).not.toContain('hunter2')
  }) // prettier-ignore

  test('have their faults told together with the others', () => {
    const all = faults({ PORT: 'x', KAFKA_BROKERS: 'kafka', KAFKA_TLS: 'yes' })
    expect(all.map((fault) => fault.split(':')[0])).toEqual(['PORT', 'KAFKA_BROKERS', 'KAFKA_TLS'])
  })
})

describe('config check', () => {
  test('prints what would be used, the password left out', async () => {
    const outcome = await command(['config', 'check'], {
      ...BROKERS,
      ...SIGN_IN,
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_TLS: 'true',
      KAFKA_TLS_CA_FILE: authority.path,
    })
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.stdout).toMatch(/^KAFKA_BROKERS +kafka-1:9092,kafka-2:9092$/m)
    expect(outcome.stdout).toMatch(/^KAFKA_GROUP_ID +driftgauge \(default\)$/m)
    expect(outcome.stdout).toContain(authority.path)
    expect(outcome.stdout).toMatch(/^KAFKA_SASL_USERNAME +alice$/m)
    expect(outcome.stdout).toMatch(/^KAFKA_SASL_PASSWORD +hidden$/m)
    expect(outcome.stdout).not.toContain('hunter2')
  })

  test('tells a contradiction', async () => {
    const outcome = await command(['config', 'check'], { ...BROKERS, KAFKA_SASL_PASSWORD: 'hunter2' })
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringMatching(/^KAFKA_SASL_PASSWORD: /) })
    expect(outcome.stdout + outcome.stderr).not.toContain('hunter2')
  })
})

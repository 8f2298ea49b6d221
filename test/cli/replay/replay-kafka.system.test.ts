import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from '../../support/child.ts'
import { command } from '../../support/command.ts'
import { describeKafka, startBroker, type Broker } from '../../support/kafka/broker.ts'
import { queriedService, type QueriedService } from '../../support/queried-service.ts'
import { ask } from '../../support/ask.ts'

const START = Date.UTC(2026, 0, 5)
const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const topics = { KAFKA_PREDICTIONS_TOPIC: 'replayed-predictions', KAFKA_LABELS_TOPIC: 'replayed-labels' }

let broker: Broker
let service: QueriedService
let environment: Record<string, string>

describeKafka(
  'a replay to Kafka',
  () => {
    beforeAll(async () => {
      broker = await startBroker()
      const admin = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING }).admin()
      await admin.connect()
      await admin.createTopics({
        topics: Object.values(topics).map((topic) => ({ topic, numPartitions: 3 })),
        waitForLeaders: true,
      })
      await admin.disconnect()
      environment = { ...topics, KAFKA_BROKERS: broker.brokers, DRIFTGAUGE_DATA: join(directory, 'client') }
      service = await queriedService({ ...topics, KAFKA_BROKERS: broker.brokers })
    }, 120_000)
    afterAll(() => broker.stop())

    const declare = async (name: string, features: object) => {
      const body = JSON.stringify({ name, task: 'binary', features })
      const answer = await ask(`${service.url}/api/v1/models`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      })
      expect(answer.status).toBe(201)
    }
    const write = (name: string, rows: number, row: (i: number) => object) => {
      const lines = Array.from({ length: rows }, (_, i) => row(i))
      const text = [Object.keys(lines[0]).join(','), ...lines.map((one) => Object.values(one).join(','))]
      writeFileSync(join(directory, name), text.join('\n'))
      return join(directory, name)
    }
    const replay = (file: string, ...line: string[]) =>
      command(['replay', file, '--to', 'kafka', ...line], environment)
    const stored = async (model: string) => {
      const count = async (table: string) =>
        (await service.query<{ n: number }>(`SELECT count() AS n FROM ${table}_${model} FINAL`))[0].n
      return [await count('predictions'), await count('labels')]
    }

    test('brings predictions and labels to their topics, with the kinds that the file shows', async () => {
      await declare('m', { a: 'numeric', c: 'categorical', zip: 'categorical', code: 'categorical' })
      const file = write('events.csv', 3_000, (i) => ({
        id: i,
        ts: new Date(START + i * 1000).toISOString(),
        prediction: i % 2,
        label: i % 3 ? 1 : '',
        a: i % 5 ? `${i}e-6` : 'NA',
        c: i % 7 ? 'x' : '12',
        zip: `0${1000 + (i % 9)}`,
        code: '12345678901234567890',
      }))
      const { code, stdout, stderr } = await replay(file, '--model', 'm', '--kind', 'code=categorical')
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toMatch(/^events\.csv: 3,000 predictions and 2,000 labels sent to Kafka in [\d.]+ s, 0 rejected\.\n2,000 labels without labelled_at: treated as received 24h after the prediction; use --label-delay to change this\.\n$/) // prettier-ignore
      await expect.poll(() => stored('m'), { timeout: 40_000 }).toEqual([3_000, 2_000])
      const found = await service.query(
        `SELECT id, prediction, f_a AS a, f_c AS c, f_zip AS zip, f_code AS code, invalid, unknown FROM predictions_m FINAL WHERE id IN ('14', '15') ORDER BY id`,
      )
      expect(found).toEqual([
        {
          id: '14',
          prediction: '0',
          a: 14e-6,
          c: '12',
          zip: '01005',
          code: '12345678901234567890',
          invalid: [],
          unknown: [],
        },
        {
          id: '15',
          prediction: '1',
          a: null,
          c: 'x',
          zip: '01006',
          code: '12345678901234567890',
          invalid: [],
          unknown: [],
        },
      ])
    })

    test(
      'that is killed in the middle goes on, and everything is stored once',
      { timeout: 120_000 },
      async () => {
        await declare('killed', { a: 'numeric' })
        const file = write('killed.csv', 12_000, (i) => ({ model: 'killed', id: `k${i}`, ts: START + i * 1000, prediction: 1, label: 1, a: i })) // prettier-ignore
        const states = join(environment.DRIFTGAUGE_DATA, 'replays')
        const child = runCommand(environment, 'replay', file, '--to', 'kafka', '--rate', '4000')
        await expect
        .poll(() => readdirSync(states).map((name) => (JSON.parse(readFileSync(join(states, name), 'utf8')) as { position: number }).position)[0], { timeout: 40_000, interval: 20 })
        .toBeGreaterThan(3_000) // prettier-ignore
        child.process.kill('SIGKILL')
        await child.ended
        const { code, stdout, stderr } = await replay(file, '--json')
        expect([code, stderr]).toEqual([0, expect.stringMatching(/^Continuing after row \d+/)])
        expect(JSON.parse(stdout)).toMatchObject({ to: 'kafka', predictions: { accepted: 12_000 }, labels: { accepted: 12_000 } }) // prettier-ignore
        await expect.poll(() => stored('killed'), { timeout: 60_000 }).toEqual([12_000, 12_000])
      },
    )

    test('waits for a broker that restarts', { timeout: 120_000 }, async () => {
      await declare('patient', { a: 'numeric' })
      const file = write('patient.csv', 4_000, (i) => ({ id: `p${i}`, ts: START + i * 1000, a: i }))
      const replaying = replay(file, '--model', 'patient', '--rate', '1000')
      await wait(1_500)
      await broker.kill()
      await wait(1_000)
      await broker.restart()
      expect((await replaying).code).toBe(0)
      await expect.poll(() => stored('patient'), { timeout: 60_000 }).toEqual([4_000, 0])
    })

    test('what the service cannot read becomes a dead letter, and is taken once its model is declared', async () => {
      const lines = [
        { model: 'later', id: 'a', ts: START, features: { a: 1 } },
        { model: 'later', id: 'b', label: 'x', prediction_ts: START },
      ]
      const file = join(directory, 'later.ndjson')
      writeFileSync(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\nnope\n`)
      expect((await replay(file)).stdout).toMatch(/2 predictions and 1 label sent/)
      const run = (...line: string[]) => command(['dead-letters', ...line], { DRIFTGAUGE_URL: service.url })
      const reasons = async () =>
        (JSON.parse((await run('list', '--json')).stdout) as { reason: string }[]).map(({ reason }) => reason).sort() // prettier-ignore
      await expect.poll(reasons, { timeout: 40_000 }).toEqual(['not_json', 'unknown_model', 'unknown_model'])
      await declare('later', { a: 'numeric' })
      expect((await run('replay', '--all', '--model', 'later')).stdout).toBe(
        '2 replayed, 0 rejected again.\n',
      )
      expect(await stored('later')).toEqual([1, 1])
      expect(await reasons()).toEqual(['not_json'])
    })

    test.each<[string, string[], Record<string, string>, RegExp]>([
      ['a topic that is not there', ['--topic', 'nowhere'], {}, /There is no topic "nowhere" for predictions: create it, or set one with --topic/],
      ['no topic for labels', [], { KAFKA_LABELS_TOPIC: 'none' }, /holds labels, but no topic is set.*--labels-topic/],
      ['a broker that is not there', [], { KAFKA_BROKERS: '127.0.0.1:9' }, /Kafka: .*ECONNREFUSED.*check KAFKA_BROKERS/],
      ['a topic that cannot be', ['--topic', 'a b'], {}, /the name of a Kafka topic is/],
    ])('%s is told, with what to do', async (_, line, settings, message) => {
      const file = write('one.csv', 1, () => ({ id: 1, ts: START, prediction: 1, label: 1 }))
      const outcome = await command(['replay', file, '--to', 'kafka', ...line], { ...environment, ...settings })
      expect([outcome.code, outcome.stdout]).toEqual([2, ''])
      expect(outcome.stderr).toMatch(message)
    }) // prettier-ignore
  },
  { own: true },
)

/** The Python of docs/events.md runs as it stands there, except for the addresses. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT } from '../support/root.ts'
import { describeKafka, startBroker, type Broker } from '../support/kafka/broker.ts'
import { describeWithPython } from '../support/python.ts'
import { queriedService, type QueriedService } from '../support/queried-service.ts'
import { ask } from '../support/ask.ts'

const page = readFileSync(join(ROOT, 'docs/events.md'), 'utf8')
const snippets = [...page.matchAll(/^```python\n(.*?)^```$/gms)].map(([, code]) => code)
const snippet = (name: string) => snippets.find((code) => code.includes(name))!
const run = (python: string, code: string) =>
  promisify(execFile)(python, ['-c', code], {
    timeout: 60_000,
    env: { ...process.env, PYTHONPATH: join(ROOT, 'clients/python/src') },
  })

test('there are two of them, ten lines at most or about', () => {
  expect(snippets).toHaveLength(2)
  for (const code of snippets) expect(code.split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(11) // prettier-ignore
})

/** A service with the page's model declared. */
async function startService(environment: Record<string, string> = {}): Promise<QueriedService> {
  const service = await queriedService(environment)
  const features = { hour: 'numeric', origin: 'categorical' }
  const answer = await ask(`${service.url}/api/v1/models`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'flights', task: 'binary', positive: 'late', features }),
  })
  expect(answer.status).toBe(201)
  return service
}

/** The stored predictions with their labels. */
const stored = (service: QueriedService) =>
  service.query(`SELECT p.id AS id, p.version AS version, p.prediction AS prediction, p.score AS score, p.f_hour AS hour, p.f_origin AS origin,
      p.ts > now() - INTERVAL 5 MINUTE AS recent, l.label AS label, p.invalid AS invalid, p.unknown AS unknown
    FROM predictions_flights AS p FINAL INNER JOIN labels_flights AS l FINAL ON p.id = l.id AND toStartOfHour(p.ts) = l.hour`) // prettier-ignore
const event = (id: string) => ({ id, version: '3', prediction: 'late', score: 0.61, hour: 17, origin: 'ORD', recent: 1, label: 'on-time', invalid: [], unknown: [] }) // prettier-ignore

describeWithPython('the package', ['httpx'], (python) => {
  test('sends a prediction and its label over HTTP', async () => {
    const service = await startService()
    const code = snippet('driftgauge.Client')
    expect(code).toContain('"http://127.0.0.1:8080"')
    await run(python, code.replace('http://127.0.0.1:8080', service.url))
    const { id, version, prediction, score, hour, origin, recent } = event('AA-2')
    expect(await service.query('SELECT id, version, prediction, score, f_hour AS hour, f_origin AS origin, ts > now() - INTERVAL 5 MINUTE AS recent FROM predictions_flights FINAL')).toEqual([{ id, version, prediction, score, hour, origin, recent }]) // prettier-ignore
    const counted = await ask(`${service.url}/api/v1/models/flights/erase`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ids: [id], dry_run: true }),
    })
    expect(counted.body).toMatchObject({ predictions: 1, waiting_labels: 1 })
    const refused = await run(python, code.replace('http://127.0.0.1:8080', service.url).replace('"flights"', '"trains"')) // prettier-ignore
    expect(refused.stderr, 'what is refused is said').toContain('trains')
  })
})

describeWithPython('confluent-kafka', ['confluent_kafka'], (python) =>
  describeKafka('and a broker', () => {
    let broker: Broker
    beforeAll(async () => {
      broker = await startBroker()
    }, 120_000)
    afterAll(() => broker.stop())

    test('sends a prediction and its label to Kafka', { timeout: 120_000 }, async () => {
    const suffix = `${Date.now()}`
    const topics = { KAFKA_PREDICTIONS_TOPIC: `predictions-${suffix}`, KAFKA_LABELS_TOPIC: `labels-${suffix}` }
    const admin = new Kafka({ brokers: broker.brokers.split(','), logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await admin.createTopics({ topics: Object.values(topics).map((topic) => ({ topic, numPartitions: 2 })), waitForLeaders: true })
    await admin.disconnect()
    const service = await startService({ ...topics, KAFKA_BROKERS: broker.brokers, KAFKA_GROUP_ID: suffix })
    const code = snippet('confluent_kafka')
    for (const place of ['"localhost:9092"', '"predictions"', '"labels"']) expect(code).toContain(place)
    await run(
      python,
      code
        .replace('"localhost:9092"', JSON.stringify(broker.brokers))
        .replace('"predictions"', JSON.stringify(topics.KAFKA_PREDICTIONS_TOPIC))
        .replace('"labels"', JSON.stringify(topics.KAFKA_LABELS_TOPIC)),
    )
    await expect.poll(() => stored(service), { timeout: 60_000 }).toEqual([event('AA-3')])
  }) // prettier-ignore
  }),
)

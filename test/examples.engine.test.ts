import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseDeclarations, readDeclarations } from '../declare/declarations.ts'
import { createIntake } from '../ingest/intake/intake.ts'
import { compileMapping } from '../ingest/mapping/compile.ts'
import { takeMessages } from '../ingest/intake/messages.ts'
import { rows } from '../store/engine/query.ts'
import { silverTables } from '../store/events/silver.ts'
import { topics, type TopicDeclaration } from '../store/topic.ts'
import { testService, type TestService } from './support/service.ts'
import { ROOT } from './support/root.ts'

const example = (name: string) => join(ROOT, 'examples', name)
const [kserve, flat] = [readDeclarations(example('kserve.yaml')), readDeclarations(example('flat-records.yaml'))] // prettier-ignore

let service: TestService
beforeAll(async () => {
  service = await testService({
    models: [...kserve.models, ...flat.models],
    monitors: [],
    topics: [...kserve.topics, ...flat.topics],
  })
})

let offset = 0
/** Takes message files of a topic in, and gives the reasons of what became a dead letter. */
async function send(topic: TopicDeclaration, ...files: string[]): Promise<unknown[]> {
  const { store, models } = service
  const messages = files.map((file) => ({
    value: readFileSync(example(file)),
    headers: {},
    recordedAt: Date.now(),
    partition: 0,
    offset: offset++,
  }))
  const context = {
    store,
    intake: createIntake(store),
    findModel: (name: string) => models.find(name),
    now: new Date(),
  }
  await takeMessages(context, { ...topic, mapping: compileMapping(topic) }, messages)
  return rows(store.read, 'SELECT reason, detail FROM dead_letters')
}

const stored = (table: string, columns: string) =>
  rows(service.store.read, `SELECT ${columns} FROM ${table} FINAL ORDER BY id`)

describe('the topics of the examples', () => {
  test('are declared when the service starts', async () => {
    const { body } = await service.call('GET', '/topics')
    expect(body.topics.map(({ name }: TopicDeclaration) => name)).toEqual(['credit-outcomes', 'credit-scores', 'flight-arrivals', 'kserve-logs']) // prettier-ignore
    expect(await topics.find(service.store.control, 'kserve-logs')).toEqual(kserve.topics[0])
  })

  test('bring flat records', async () => {
    const { predictions, labels } = silverTables('credit')
    expect(await send(flat.topics[0], 'credit-score.json')).toEqual([])
    const columns = 'id, toString(ts) AS ts, version, prediction, score, invalid, unknown, f_income, f_term, f_purpose' // prettier-ignore
    expect(await stored(predictions, columns)).toEqual([
      {
        id: 'L-20260103-17',
        ts: '2026-01-03 17:05:00.000',
        version: '2026-01',
        prediction: 'repaid',
        score: 0.12,
        invalid: [],
        unknown: [],
        f_income: 41500,
        f_term: 36,
        f_purpose: 'car',
      },
    ])
    expect(await send(flat.topics[1], 'credit-outcome.json')).toEqual([])
    expect(await stored(labels, 'id, label, toString(labelled_at) AS at')).toEqual([
      { id: 'L-20260103-17', label: 'default', at: '2026-01-29 00:00:00.000' },
    ])
  })

  test('bring what KServe logs', async () => {
    const columns = 'id, toString(ts) AS ts, prediction, score, scores, invalid, unknown, f_hour, f_distance, f_origin' // prettier-ignore
    const common = { ts: '2026-01-03 17:05:00.501', invalid: [], unknown: [] }
    const id = '2f6c9a52-6a43-4c0e-9a3b-0c52b6b6d0a1'
    expect(await send(kserve.topics[0], 'kserve-response.json')).toEqual([])
    expect(await send(kserve.topics[0], 'kserve-request.json')).toEqual([])
    expect(await stored(silverTables('flights').predictions, columns)).toEqual([
      { id: `${id}/0`, ...common, prediction: 'late', score: 0.61, scores: { late: 0.61, on_time: 0.39 }, f_hour: 17, f_distance: 733, f_origin: 'ORD' },
      { id: `${id}/1`, ...common, prediction: 'on_time', score: 0.18, scores: { late: 0.18, on_time: 0.82 }, f_hour: 6, f_distance: 606, f_origin: 'ATL' },
    ]) // prettier-ignore
  })
})

test.each(['docs/configuration.md', 'docs/events.md'])('the topics in %s are without faults', (path) => {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const blocks = [...text.matchAll(/```yaml\n(topics:[\s\S]*?)```/g)].map((match) => match[1])
  expect(blocks.length).toBeGreaterThan(0)
  for (const block of blocks) expect(parseDeclarations(block, path, {}).topics.length).toBeGreaterThan(0)
})

import { describe, expect, it, test } from 'vitest'
import { topicSchema } from '../../../store/topic.ts'
import { compileMapping } from '../../../ingest/mapping/compile.ts'
import type { Declaration } from '../../../dashboard/declare/declaration.ts'
import { exampleRecord } from '../../../dashboard/declare/topic-example.ts'
import { ofModel, shapeOf, shapesOf, withRecords, withShape } from '../../../dashboard/declare/topic-shape.ts'
import { standingWords, topicStanding } from '../../../dashboard/system/topics.ts'

const NOW = new Date('2026-01-05T10:11:12.345Z')
const MODEL = {
  task: 'binary',
  positive: 'late',
  features: { hour: 'numeric', origin: 'categorical' },
} as const
const topic = (more: object): Declaration => ({ name: 't', records: 'predictions', ...more })

/** What the service makes of the example that is shown. */
function readBack(declaration: Declaration) {
  const record = exampleRecord(declaration, MODEL, NOW)
  const mapping = compileMapping(topicSchema.parse(declaration))
  return mapping({ value: Buffer.from(JSON.stringify(record)), headers: {} } as never)
}

describe.each(['predictions', 'labels'] as const)('the shapes of %s', (records) => {
  test.each(shapesOf(records).filter((shape) => shape !== 'kserve'))(
    '%s begins with fields that the service accepts, and its example is read as an event',
    (shape) => {
      for (const model of [undefined, 'flights']) {
        const declaration = withShape(ofModel(topic({ records }), model), shape)
        expect(shapeOf(declaration)).toBe(shape)
        const event =
          records === 'labels'
            ? { id: 'order-1', label: 'late' }
            : {
                id: 'order-1',
                ts: '2026-01-05T10:11:12Z',
                prediction: 'late',
                features: { hour: 1.5, origin: 'a' },
              }
        expect(readBack(declaration)).toMatchObject({
          status: 'records',
          records: [{ model: model ?? 'shop', event }],
        })
      }
    },
  )
})

test('an example follows the paths as they are typed, through objects, lists and names with dots', () => {
  const fields = {
    id: '/meta.v1/id',
    ts: 'meta.time',
    score: 'out.0.p',
    scores: 'out.0.all',
    shadow: '__proto__.shadow',
    version: 'v',
    features: { hour: 'in.0', origin: 'in.1' },
  }
  const declaration = topic({ model: 'flights', fields })
  expect(exampleRecord(declaration, MODEL, NOW)).toMatchObject({
    'meta.v1': { id: 'order-1' },
    out: [{ p: 0.61, all: { late: 0.61 } }],
    in: [1.5, 'a'],
  })
  expect(({} as Record<string, unknown>).shadow).toBeUndefined()
  expect(readBack(declaration)).toMatchObject({
    records: [
      { event: { id: 'order-1', score: 0.61, shadow: false, version: '1', features: { hour: 1.5, origin: 'a' } } },
    ],
  }) // prettier-ignore
})

describe('a choice', () => {
  const mapped = topic({ model: 'm', fields: { ts: 'meta.at', score: 'p', features: 'in' } })

  it('of another shape keeps the paths that still mean something', () => {
    expect(withShape(mapped, 'flat').fields).toEqual({ ts: 'meta.at', score: 'p', features: '*' })
    expect(withShape(mapped, 'own')).toEqual(topic({ model: 'm' }))
    expect(withShape({ ...mapped, shadow: true }, 'kserve')).toEqual(topic({ kserve: {} }))
  })

  it('of labels leaves no field that labels do not have', () => {
    const labels = withRecords({ ...mapped, shadow: true }, 'labels')
    expect(labels).toEqual({ name: 't', records: 'labels', model: 'm', fields: { id: 'id', label: 'label' } })
    expect(withRecords(topic({ kserve: {} }), 'labels')).toEqual({ name: 't', records: 'labels' })
  })

  it('of a model says it once: for all records, or in each', () => {
    expect(ofModel(mapped, undefined)).toMatchObject({ fields: { model: 'model', ts: 'meta.at' } })
    expect(ofModel(ofModel(mapped, undefined), 'other')).toEqual({ ...mapped, model: 'other' })
    expect(ofModel(topic({}), 'm')).toEqual(topic({ model: 'm' }))
  })
})

test('how the reading of a topic stands is told only as far as it is known', () => {
  const read = { topic: 'a', partitions: 1, lag: 3, advanced_at: null, looked_at: NOW.toISOString() }
  const kafka = {
    known: true as const,
    consumers: 1,
    reasons: [],
    topics: [read],
    missing: ['b'],
    unread: ['c'],
    unread_left_out: 0,
  }
  const words = (name: string, of: object = {}) =>
    standingWords(topicStanding({ kafka: { ...kafka, ...of } }, name), NOW.toISOString())
  expect(words('a')).toBe('Read: 3 records wait.')
  expect(words('b')).toContain('do not have this topic yet')
  expect(words('c')).toContain('not read yet')
  expect(words('d')).toBe('')
  expect(words('b', { consumers: 0, topics: [] })).toContain('No running process consumes')
  expect(topicStanding({ kafka: { known: false, reason: 'x', advice: 'y' } }, 'a')).toEqual({
    state: 'unknown',
  })
})

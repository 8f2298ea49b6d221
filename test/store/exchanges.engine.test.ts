import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { exactJson } from '../../ingest/json/exact-json.ts'
import { pairExchanges, type Exchange } from '../../ingest/intake/pair-exchanges.ts'
import { openStore, type Store } from '../../store/engine/client.ts'
import { countUnmatchedExchanges, type InferenceLog } from '../../store/events/inference-logs.ts'
import { modelSchema } from '../../control/declared/model.ts'
import { openModels } from '../../store/models.ts'
import { atEnd } from '../support/runner/at-end.ts'
import { temporaryStore } from '../support/stores/store.ts'

const AT = Date.UTC(2026, 0, 5)
/** Halves are forgotten by the engine's own clock. */
const NOW = new Date()
const LATER = new Date(NOW.getTime() + 60_000)

/** Two processes have connections of their own to one store. */
let [one, other]: Store[] = []
beforeAll(async () => {
  const store = await temporaryStore()
  one = store
  other = await openStore(store.location, 'memory')
  atEnd(() => other.close())
})

async function pair(...given: Parameters<typeof pairExchanges>): Promise<Exchange[]> {
  const { exchanges, refused } = await pairExchanges(...given)
  expect(refused).toEqual([])
  return exchanges
}

let exchanges = 0
/** An exchange of its own, of so many instances. */
function exchange(
  instances = 1,
  more: Partial<InferenceLog> = {},
): { id: string; request: InferenceLog; response: InferenceLog } {
  const id = `e${exchanges++}`
  const both = { model: 'm', id, version: undefined, ...more }
  const numbers = Array.from({ length: instances }, (_, i) => i)
  return {
    id: both.id,
    request: { ...both, part: 'request', ts: AT, rows: numbers.map((i) => ({ x: i, c: `'${id}\\"` })) },
    response: {
      ...both,
      part: 'response',
      ts: AT + 30,
      version: 'v1',
      rows: numbers.map((i) => ({ prediction: `p${i}`, score: 0.5 })),
    },
  }
}

const event = (id: string, i: number, of: string) => ({
  id,
  ts: '2026-01-05T00:00:00.000Z',
  version: 'v1',
  features: { x: i, c: `'${of}\\"` },
  prediction: `p${i}`,
  score: 0.5,
})
const joined = (id: string): Exchange => ({ model: 'm', id, records: [{ value: event(id, 0, id) }] })
const unmatched = () => countUnmatchedExchanges(one, LATER)

describe('the halves of an exchange', () => {
  test('are joined when they come together, in either order, and nothing is stored', async () => {
    const before = await unmatched()
    const [a, b] = [exchange(), exchange()]
    expect(await pair(one, [a.request, b.response, b.request, a.response], NOW)).toEqual([
      joined(a.id),
      joined(b.id),
    ])
    expect(await pair(one, [], NOW)).toEqual([])
    expect(await unmatched()).toEqual(before)
  })

  test.each(['request', 'response'] as const)('are joined when the %s comes first', async (first) => {
    const { id, request, response } = exchange()
    const [early, late] = first === 'request' ? [request, response] : [response, request]
    expect(await pair(one, [early], NOW)).toEqual([])
    expect(await pair(other, [late], NOW)).toEqual([joined(id)])
  })

  test('are joined again, to the same, when either is delivered again', async () => {
    const { id, request, response } = exchange()
    expect(await pair(one, [request, request], NOW)).toEqual([])
    expect(await pair(one, [request], LATER)).toEqual([])
    expect(await pair(one, [response], NOW)).toEqual([joined(id)])
    for (const again of [[request], [response], [response, request]])
      expect(await pair(other, again, LATER)).toEqual([joined(id)])
  })

  test('of several instances make a prediction of each', async () => {
    const { id, request, response } = exchange(3)
    await pair(one, [request], NOW)
    const values = [0, 1, 2].map((i) => ({ value: event(`${id}/${i}`, i, id) }))
    expect(await pair(one, [response], NOW)).toEqual([{ model: 'm', id, records: values }])
    const none = exchange(0)
    expect(await pair(one, [none.request, none.response], NOW)).toEqual([
      { model: 'm', id: none.id, records: [] },
    ])
  })

  test('that differ in their instances are rejected', async () => {
    const { request, response } = exchange(3)
    await pair(one, [{ ...request, rows: request.rows.slice(1) }], NOW)
    const [{ model, records }] = await pair(one, [response], NOW)
    expect([model, records]).toEqual([
      'm',
      [
        {
          rejection: { status: 'rejected', reason: 'bad_mapping', detail: 'the request has 2 instances, but the response has 3' }, // prettier-ignore
          raw: expect.stringMatching(/^{"request":{.*},"response":{.*}}$/),
        },
      ],
    ])
  })

  test('are of one model', async () => {
    const mine = exchange()
    const [theirs, same] = [{ model: 'n', id: mine.id }, exchange(1, { model: 'n' })]
    await pair(one, [mine.request, same.request], NOW)
    expect(await pair(one, [{ ...mine.response, ...theirs }, same.response], NOW)).toEqual([
      { ...joined(same.id), model: 'n' },
    ])
  })

  test('keep whatever ids and values they have', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1 }),
        fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
        async (text, features) => {
          const { id, request, response } = exchange(1, { id: `${exchanges} ${text.toWellFormed()}` })
          expect(await pair(one, [{ ...request, rows: [features] }], NOW)).toEqual([])
          const [found] = await pair(one, [response], NOW)
          // As it would be after the same journey as JSON.
          const expected = { ...event(id, 0, id), features: JSON.parse(JSON.stringify(features)) }
          // Numbers beyond 2^53 come back as bigints, which say the same.
          expect(exactJson(found.records)).toBe(exactJson([{ value: expected }]))
        },
      ),
      { numRuns: 50 },
    )
  })

  test('are joined however they are split over two processes, and delivered again', async () => {
    const split = fc.record({
      order: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 24, maxLength: 24 }),
      size: fc.integer({ min: 1, max: 9 }),
      again: fc.array(fc.nat(), { maxLength: 3 }),
      together: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(split, async ({ order, size, again, together }) => {
        const made = Array.from({ length: 12 }, () => exchange())
        const logs = made.flatMap(({ request, response }) => [request, response])
        const shuffled = logs
          .map((log, i) => ({ log, at: order[i] }))
          .sort((a, b) => a.at - b.at)
          .map(({ log }) => log)
        const batches: InferenceLog[][] = []
        for (let i = 0; i < shuffled.length; i += size) batches.push(shuffled.slice(i, i + size))
        batches.push(...again.map((i) => batches[i % batches.length]))

        const runs = [one, other].map((store, process) => async () => {
          const found: Exchange[] = []
          for (const [i, batch] of batches.entries())
            if (i % 2 === process) found.push(...(await pair(store, batch, NOW)))
          return found
        })
        const results = together
          ? await Promise.all(runs.map((run) => run()))
          : [await runs[0](), await runs[1]()]
        const distinct = new Map(results.flat().map((found) => [JSON.stringify(found), found]))
        const byId = (a: Exchange, b: Exchange) => (idOf(a) < idOf(b) ? -1 : 1)
        expect([...distinct.values()].sort(byId)).toEqual(made.map(({ id }) => joined(id)).sort(byId))
      }),
      { numRuns: 25 },
    )
  })
})

const idOf = ({ records }: Exchange) => (records[0] as { value: { id: string } }).value.id

describe('halves that stay alone', () => {
  test('are counted by model once they have been for long enough, and go with the model', async () => {
    const models = openModels(one)
    const declared = modelSchema.parse({ name: 'alone', task: 'binary', features: {} })
    await models.declare(declared, NOW)
    const [a, b, c] = [1, 2, 3].map(() => exchange(1, { model: 'alone' }))
    await pair(one, [a.request, b.request], NOW)
    await pair(one, [a.request, b.response, c.response], NOW)
    const counted = async (cutoff: Date) =>
      (await countUnmatchedExchanges(one, cutoff)).filter(({ model }) => model === 'alone')
    expect(await counted(NOW)).toEqual([])
    expect(await counted(LATER)).toEqual([
      { model: 'alone', part: 'request', exchanges: 1 },
      { model: 'alone', part: 'response', exchanges: 1 },
    ])
    await pair(one, [c.request], LATER)
    expect(await counted(LATER)).toEqual([{ model: 'alone', part: 'request', exchanges: 1 }])
    await models.remove('alone')
    expect(await counted(LATER)).toEqual([])
  })

  test('are forgotten after seven days', async () => {
    const { request, response } = exchange(1, { model: 'old' })
    const long = new Date(Date.now() - 8 * 86_400_000)
    await pair(one, [request], long)
    await one.rollup.command({ query: 'OPTIMIZE TABLE halves FINAL' })
    expect(await pair(one, [response], new Date())).toEqual([])
    const recent = exchange(1, { model: 'old' })
    await pair(one, [recent.request], new Date(Date.now() - 6 * 86_400_000))
    await one.rollup.command({ query: 'OPTIMIZE TABLE halves FINAL' })
    expect(await pair(one, [recent.response], new Date())).toHaveLength(1)
  })
})

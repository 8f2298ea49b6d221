import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { queriedService, type QueriedService } from '../support/queried-service.ts'
import { ask, type Answer } from '../support/ask.ts'

const KEY = 'a key of sixteen characters or more'
const SECRET = 'a secret of twenty-four bytes or more'
const ROUNDS = 12

let service: QueriedService
beforeAll(async () => {
  service = await queriedService({ DRIFTGAUGE_API_KEYS: KEY })
  await must('POST', '/models', { name: 'shop', task: 'binary', features: { x: 'numeric' }, segments: [] })
  await must('POST', '/channels', hook('hook'))
}, 120_000)

function call(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<Answer> {
  return ask(`${service.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

async function must(...request: Parameters<typeof call>): Promise<Answer> {
  const answer = await call(...request)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer
}

const hook = (name: string, url = 'https://example.com/a') => ({ name, webhook: { url, secret: SECRET } })
const statuses = (answers: Answer[]) => answers.map(({ status }) => status).toSorted()

/** Each kind of thing that is declared, with a body, another one, and the field in which they differ. */
const KINDS: Record<string, { body: object; other: object; differs: string[] }> = {
  '/models': {
    body: { name: 'tagged', task: 'binary', features: { a: 'numeric' } },
    other: { name: 'tagged', task: 'binary', features: { b: 'numeric' } },
    differs: ['features'],
  },
  '/monitors': {
    body: { name: 'tagged', model: 'shop' },
    other: { name: 'tagged', model: 'shop', window: '12h', grace: '1h' },
    differs: ['window', 'grace'],
  },
  '/channels': {
    body: hook('tagged'),
    other: hook('tagged', 'https://example.com/b'),
    differs: ['target', 'fingerprint', 'settings'],
  },
  '/routes': {
    body: { name: 'tagged', channels: ['hook'] },
    other: { name: 'tagged', channels: ['hook'], match: { severity: 'critical' } },
    differs: ['match'],
  },
  '/topics': {
    body: { name: 'tagged', records: 'labels' },
    other: { name: 'tagged', records: 'predictions' },
    differs: ['records'],
  },
}

describe.each(Object.entries(KINDS))('%s', (path, { body, other, differs }) => {
  const one = `${path}/tagged`
  const tag = async () => (await must('GET', one)).headers.get('etag')!

  test('has a strong entity tag that changes when it does', async () => {
    const created = await must('POST', path, body)
    const first = created.headers.get('etag')!
    expect([created.status, first]).toEqual([201, expect.stringMatching(/^"\d+"$/)])
    expect(await tag()).toBe(first)
    const [{ etags }] = [(await must('GET', path)).body]
    expect(etags.tagged).toBe(first)

    const again = await must('POST', path, body)
    expect([again.status, again.headers.get('etag')]).toEqual([200, first])
    const changed = await must('POST', path, other, { 'if-match': first })
    expect(changed.headers.get('etag')).not.toBe(first)
    expect(await tag()).toBe(changed.headers.get('etag'))
  })

  test('is not changed by who has not seen it as it is', async () => {
    const stale = await tag()
    await must('POST', path, body)
    const before = await must('GET', one)
    const requests: [string, string, unknown?][] = [
      ['POST', path, other],
      ['DELETE', one],
      ...(path === '/channels' ? [] : [['PATCH', one, other] as [string, string, unknown]]),
    ]
    for (const [method, at, sent] of requests) {
      const refused = await call(method, at, sent, { 'if-match': stale })
      expect([method, refused.status, refused.headers.get('content-type')]).toEqual([
        method,
        412,
        expect.stringContaining('application/problem+json'),
      ])
      expect(refused.body).toMatchObject({ current_etag: before.headers.get('etag'), current: before.body })
      expect(refused.body.differs).toEqual(sent === undefined ? undefined : differs)
      expect(JSON.stringify(refused.body)).not.toContain(SECRET)
    }
    expect(await must('GET', one)).toMatchObject({ body: before.body })
    expect(await tag()).toBe(before.headers.get('etag'))
  })

  test('is created only once where that is asked, and is gone for who asks for it by its tag', async () => {
    const exists = await call('POST', path, other, { 'if-none-match': '*' })
    expect([exists.status, exists.body.current_etag]).toEqual([412, await tag()])
    const last = await tag()
    await must('DELETE', one, undefined, { 'if-match': `"1", W/${last}` })
    const gone = await call('POST', path, other, { 'if-match': last })
    expect([gone.status, gone.body.current_etag]).toEqual([412, null])
    expect((await call('GET', one)).status).toBe(404)

    for (let round = 0; round < ROUNDS; round++) {
      const tries = Array.from({ length: 8 }, (_, i) =>
        call('POST', path, i % 2 ? body : other, { 'if-none-match': '*' }),
      )
      expect(statuses(await Promise.all(tries))).toEqual([201, 412, 412, 412, 412, 412, 412, 412])
      await must('DELETE', one)
    }
  })

  test('is created by one of many requests without a condition; the others are told', async () => {
    const told: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const bodies = Array.from({ length: 8 }, (_, i) => (i % 2 ? body : other))
      const answers = await Promise.all(bodies.map((sent) => call('POST', path, sent)))
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
      told.push(...statuses(answers).filter((status) => status !== 201))
      await must('DELETE', one)
    }
    // One that comes after another was answered changes what that one created.
    expect(told.filter((status) => ![200, 409].includes(status))).toEqual([])
    expect(told.filter((status) => status === 409).length).toBeGreaterThan(0)
  })
})

describe('changes at the same time', () => {
  const MONITOR: Record<string, unknown> = {
    window: '12h',
    every: '6h',
    grace: '30m',
    cadence: 'daily',
    decide: 'ks',
    by_version: true,
    false_alarms: '2 per 90d',
    label_delay: '2d',
  }
  const TOPIC: Record<string, unknown> = { id: 'a', ts: 'b', version: 'c', features: 'd', prediction: 'e', score: 'f', scores: 'g', model: 'h' } // prettier-ignore

  test('of different keys of a monitor all survive, in whatever order', async () => {
    const plain = { name: 'many', model: 'shop' }
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(Object.keys(MONITOR), { minLength: 8 }), async (keys) => {
        await must('POST', '/monitors', plain)
        await Promise.all(keys.map((key) => must('PATCH', '/monitors/many', { [key]: MONITOR[key] })))
        expect((await must('GET', '/monitors/many')).body).toMatchObject(MONITOR)
      }),
      { numRuns: ROUNDS },
    )
  })

  test('of different keys of a topic and a silence all survive', async () => {
    await must('POST', '/topics', {
      name: 'many',
      records: 'predictions',
      fields: { ts: 'x', model: 'x', prediction: 'x' },
    })
    const patches = Object.entries(TOPIC).map(([key, value]) => ({ fields: { [key]: value } }))
    await Promise.all(patches.map((patch) => must('PATCH', '/topics/many', patch)))
    expect((await must('GET', '/topics/many')).body.fields).toEqual(TOPIC)

    const end = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
    const silence = { matchers: [{ field: 'model', value: 'a' }], start: end(1), end: end(2), author: 'Ann' }
    const { id } = (await must('POST', '/silences', silence)).body
    const changes = {
      comment: 'why',
      start: end(3),
      end: end(4),
      matchers: [{ field: 'model', op: '=', value: 'b' }],
    }
    const path = `/silences/${id}`
    // The end first: a start after the end is refused.
    await must('PATCH', path, { author: 'Bob', end: changes.end })
    await Promise.all(
      Object.entries(changes).map(([key, value]) => must('PATCH', path, { author: key, [key]: value })),
    )
    const { body, headers } = await must('GET', path)
    expect(body).toMatchObject({ ...changes, revision: 6 })
    expect([headers.get('etag'), body.history.length]).toEqual(['"6"', 5])
  })

  test('that add features to a model all survive, and its tables take them', async () => {
    await must('POST', '/models', { name: 'wide', task: 'regression', features: {} })
    const names = Array.from({ length: 8 }, (_, i) => `f${i}`)
    await Promise.all(names.map((name) => must('PATCH', '/models/wide', { features: { [name]: 'numeric' } })))
    expect(Object.keys((await must('GET', '/models/wide')).body.features).toSorted()).toEqual(names)
    const features = Object.fromEntries(names.map((name, i) => [name, i]))
    const sent = await must('POST', '/models/wide/predictions', { id: 'one', ts: '2026-01-01T00:00:00Z', prediction: 1, features }) // prettier-ignore
    expect(sent.body).toMatchObject({ accepted: 1 })
    const [row] = await service.query<Record<string, number>>('SELECT * FROM predictions_wide')
    expect(names.map((name) => row[`f_${name}`])).toEqual(names.map((_, i) => i))
  })

  test('that add one feature in two kinds leave the columns of the one that was taken', async () => {
    for (let round = 0; round < 5; round++) {
      const name = `both${round}`
      await must('POST', '/models', { name, task: 'binary', features: {} })
      const answers = await Promise.all(
        ['numeric', 'categorical'].map((kind) => call('PATCH', `/models/${name}`, { features: { n: kind } })),
      )
      expect(statuses(answers)).toEqual([200, 409])
      const { n } = (await must('GET', `/models/${name}`)).body.features
      const [{ type }] = await service.query<{ type: string }>(
        `SELECT type FROM system.columns WHERE table = 'predictions_${name}' AND name = 'f_n'`,
      )
      expect(type).toContain(n === 'numeric' ? 'Float64' : 'String')
    }
  })

  test('are checked against what they are made of', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await must('POST', '/monitors', { name: 'limits', model: 'shop', thresholds: { psi: { warning: 0.2, critical: 0.4 } } }) // prettier-ignore
      const patch = (psi: object) => call('PATCH', '/monitors/limits', { thresholds: { psi } })
      const answers = await Promise.all([patch({ warning: 0.35 }), patch({ critical: 0.3 })])
      expect(statuses(answers)).toEqual([200, 400])
      const { psi } = (await must('GET', '/monitors/limits')).body.thresholds
      expect(psi.warning).toBeLessThanOrEqual(psi.critical)
    }
  })

  test('are not lost to one that names the state it has seen', async () => {
    let seen = await must('POST', '/monitors', { name: 'seen', model: 'shop' })
    for (let round = 0; round < ROUNDS; round++) {
      const headers = { 'if-match': seen.headers.get('etag')! }
      const answers = await Promise.all(
        [1, 2, 3, 4].map((resolve) =>
          call('PATCH', '/monitors/seen', { alert: { resolve: resolve + (round % 2) * 4 } }, headers),
        ),
      )
      const [taken, ...others] = answers.toSorted((a, b) => a.status - b.status)
      expect([taken.status, others.map(({ status }) => status)]).toEqual([200, [412, 412, 412]])
      seen = await must('GET', '/monitors/seen')
      expect(seen.headers.get('etag')).toBe(taken.headers.get('etag'))
    }
  })
})

describe('a removal beside a declaration that refers to it', () => {
  const PAIRS: [string, string, object, string, object][] = [
    ['model', '/models', { name: 'pair', task: 'binary', features: {} }, '/monitors', { name: 'pair', model: 'pair' }],
    ['model', '/models', { name: 'pair', task: 'binary', features: {} }, '/topics', { name: 'pair', records: 'predictions', model: 'pair', fields: { ts: 't', score: 's' } }],
    ['channel', '/channels', hook('pair'), '/routes', { name: 'pair', channels: ['pair'] }],
    ['channel', '/channels', hook('pair'), '/monitors', { name: 'pair', model: 'shop', alert: { channels: ['pair'] } }],
  ] // prettier-ignore

  test.each(PAIRS)(
    'of a %s leaves both or neither (%s, %o, %s)',
    async (noun, to, target, from, referring) => {
      for (let round = 0; round < ROUNDS; round++) {
        await must('POST', to, target)
        const remove = () => call('DELETE', `${to}/pair`)
        const declare = () => call('POST', from, referring)
        const [first, second] = round % 2 ? [remove, declare] : [declare, remove]
        const outcomes = await Promise.all([first(), second()])
        const [removed, declared] = round % 2 ? outcomes : outcomes.toReversed()
        const kept = (await call('GET', `${to}/pair`)).status === 200
        expect([removed.status, declared.status, kept]).toEqual(
          kept ? [409, 201, true] : [noun === 'model' ? 200 : 204, 422, false],
        )
        expect(removed.body.detail ?? declared.body.detail).toMatch(kept ? /pair/ : /there is no/)
        expect((await call('GET', `${from}/pair`)).status).toBe(kept ? 200 : 404)
        if (kept) await must('DELETE', `${from}/pair`)
        if (kept) await must('DELETE', `${to}/pair`)
      }
    },
    60_000,
  )

  test('of a model that is declared anew leaves it with its tables', async () => {
    const model = { name: 'anew', task: 'regression', features: { x: 'numeric' } }
    for (let round = 0; round < 5; round++) {
      await must('POST', '/models', model)
      await Promise.all([
        must('DELETE', '/models/anew'),
        ...Array.from({ length: 3 }, () => call('POST', '/models', model)),
      ])
      if ((await call('GET', '/models/anew')).status === 404) continue
      const sent = await must('POST', '/models/anew/predictions', { id: `${round}`, ts: '2026-01-01T00:00:00Z', prediction: 1, features: { x: 1 } }) // prettier-ignore
      expect(sent.body).toMatchObject({ accepted: 1 })
    }
  })
})

test('the audit log holds each change once, in the order in which they were made', async () => {
  const { body } = await must('GET', '/audit?subject=monitor&name=many&limit=1000')
  const entries = body.entries as { action: string; before: string | null; after: string | null }[]
  expect(entries.filter(({ action }) => action === 'patchMonitor')).toHaveLength(8 * ROUNDS)
  // Entries of one millisecond are in no order, so each is looked for by what it was made of.
  const left = new Map<string, number>()
  for (const { before, after } of entries) {
    left.set(`${before}`, (left.get(`${before}`) ?? 0) + 1)
    left.set(`${after}`, (left.get(`${after}`) ?? 0) - 1)
  }
  const ends = [...left].filter(([, n]) => n !== 0)
  expect(ends.toSorted((a, b) => a[1] - b[1]).map(([, n]) => n)).toEqual([-1, 1])
})

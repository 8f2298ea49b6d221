import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { RouteContract } from '../../api/contract/route.ts'
import { ROUTES } from '../../api/contract/routes.ts'
import { formatDuration } from '../../domain/duration.ts'
import { durationSchema } from '../../control/declared/duration.ts'
import { formatFalseAlarms, monitorDeclarationOf } from '../../control/declared/monitor-declaration.ts'
import { monitorSchema } from '../../control/declared/monitor.ts'
import { apiFixture, DAY, FULL_KEY, HOUR, SECRET, START, type ApiFixture } from '../support/api.ts'

type Json = any // eslint-disable-line @typescript-eslint/no-explicit-any

let fixture: ApiFixture
let call: ApiFixture['call']
beforeAll(async () => {
  fixture = await apiFixture()
  call = fixture.call
})

const time = (ms: number) => new Date(ms).toISOString()

describe('declarations', () => {
  test('what GET answers can be sent again and changes nothing', async () => {
    for (const [list, one] of [
      ['/models', '/models/shop'],
      ['/monitors', '/monitors/daily'],
      ['/topics', '/topics/flat'],
    ]) {
      const before = await call('GET', one)
      const again = await call('POST', list, before.body)
      // Of a monitor, what is to be known of it besides.
      const { warnings: _, ...declared } = again.body
      expect([again.status, declared]).toEqual([200, before.body])
      expect((await call('GET', one)).body).toEqual(before.body)
    }
    expect((await call('GET', '/monitors/daily')).body).toMatchObject({
      window: '24h',
      every: '1h',
      grace: '10m',
      label_delay: '24h',
      false_alarms: '1 per 90d',
      alert: { fire: '2 of 3', resolve: 2, repeat: '24h', channels: ['hook'] },
    })
  })

  test('are created, then changed', async () => {
    const channel = { name: 'second', webhook: { url: 'https://example.com/a?token=t', secret: SECRET } }
    expect((await call('POST', '/channels', channel)).status).toBe(201)
    const again = await call('POST', '/channels', channel)
    expect([again.status, JSON.stringify(again.body)]).toEqual([200, expect.not.stringContaining(SECRET)])
    expect(again.body).toEqual({
      name: 'second',
      type: 'webhook',
      target: 'https://example.com/a?…',
      settings: {},
      secrets: 1,
      fingerprint: expect.any(String),
    })
    expect((await call('DELETE', '/channels/second')).status).toBe(204)
    expect((await call('DELETE', '/channels/second')).status).toBe(404)
    expect((await call('DELETE', '/channels/hook')).body.detail).toMatch(/"daily"/)
  })

  test('are patched, and keep their name', async () => {
    await call('POST', '/models', {
      name: 'patched',
      task: 'binary',
      features: { a: 'numeric', b: 'numeric' },
    })
    const patch = { features: { a: null, __proto__x: 'categorical', b: { kind: 'numeric', importance: 2 } } }
    const answer = await call('PATCH', '/models/patched', patch)
    expect(answer.body.features).toEqual({ b: { kind: 'numeric', importance: 2 }, __proto__x: 'categorical' })
    expect((await call('PATCH', '/models/patched', { name: 'other' })).body.errors).toEqual([
      { path: 'name', message: expect.any(String) },
    ])
    expect((await call('PATCH', '/models/patched', { features: { b: 'categorical' } })).status).toBe(409)
    expect((await call('PATCH', '/monitors/daily', { alert: { repeat: '2d' } })).body.alert).toMatchObject({
      fire: '2 of 3',
      repeat: '2d',
    })
    expect((await call('PATCH', '/monitors/daily', { window: '90m' })).body.errors[0].path).toBe('window')
    const fields = { id: null, version: '/meta/v', features: { x: 'inputs.x' } }
    expect((await call('PATCH', '/topics/flat', { fields })).body).toEqual({
      name: 'flat',
      records: 'predictions',
      shadow: false,
      format: 'json',
      fields: { model: 'of', ts: 'at', score: 'p', version: '/meta/v', features: { x: 'inputs.x' } },
    })
    expect((await call('PATCH', '/topics/flat', { fields: { ts: null } })).body.errors).toEqual([
      { path: 'fields.ts', message: 'state where "ts" is' },
    ])
  })

  test('must refer to what there is', async () => {
    const answer = await call('POST', '/monitors', {
      name: 'm',
      model: 'none',
      alert: { channels: ['hook', 'no'] },
    })
    expect(answer.status).toBe(422)
    expect(answer.body.errors.map(({ path }: { path: string }) => path)).toEqual([
      'model',
      'alert.channels.1',
    ])
    const service = { model: 'none', output: 'class' }
    for (const [topic, path] of [
      [{ name: 't', records: 'labels', model: 'none' }, 'model'],
      [{ name: 't', records: 'predictions', kserve: { s: service, d: { ...service, model: 'shop' } } }, 'kserve.s.model'],
    ] as const) {
      const { status, body } = await call('POST', '/topics', topic)
      expect([status, body.errors]).toEqual([422, [{ path, message: 'there is no model "none"' }]])
    }
    expect((await call('PATCH', '/topics/flat', { model: 'none', fields: null })).status).toBe(422)
    expect((await call('GET', '/topics/t')).status).toBe(404)
  }) // prettier-ignore

  test('of a model goes with its data, and not while a monitor watches it or a topic feeds it', async () => {
    expect((await call('DELETE', '/models/shop')).status).toBe(409)
    await call('POST', '/models', { name: 'gone', task: 'binary', features: {} })
    await call('POST', '/topics', { name: 'gone.out', records: 'labels', model: 'gone' })
    expect((await call('DELETE', '/models/gone')).body).toMatchObject({
      status: 409,
      detail: 'Kafka topics have records for the model "gone": remove "gone.out" first.',
    })
    expect((await call('DELETE', '/topics/gone.out')).status).toBe(204)
    expect((await call('DELETE', '/models/gone')).body).toMatchObject({
      deleted: expect.arrayContaining(['predictions']),
    })
    expect((await call('GET', '/models/gone')).status).toBe(404)
    expect((await call('POST', '/models/gone/predictions', [{ id: 1, ts: START }])).status).toBe(404)
  })

  test('of a monitor is read back as it was written, whatever it is', () => {
    const duration = fc.tuple(fc.integer({ min: 1, max: 999_999 }), fc.constantFrom('m', 'h', 'd', 'w'))
    fc.assert(
      fc.property(duration, ([count, unit]) => {
        const ms = durationSchema.parse(`${count}${unit}`)
        expect(durationSchema.parse(formatDuration(ms))).toBe(ms)
      }),
    )
    const number = fc.oneof(fc.integer({ min: 1, max: 1e6 }).map(String), fc.double({ min: 1e-9, max: 1e9, noNaN: true }).map((x) => x.toFixed(12)).filter((text) => Number(text) > 0)) // prettier-ignore
    fc.assert(
      fc.property(number, fc.integer({ min: 1, max: 1000 }), (count, days) => {
        const monitor = monitorSchema.parse({ name: 'm', model: 'm', false_alarms: `${count} per ${days}d` })
        expect(monitorSchema.parse(monitorDeclarationOf(monitor))).toEqual(monitor)
      }),
    )
    expect(['1 per 90d', '2 per 7d', '0.5 per 30d', '1 per 1d', '3 per 365d', '1 per 45d'].map((text) =>
      formatFalseAlarms(monitorSchema.parse({ name: 'm', model: 'm', false_alarms: text }).false_alarms),
    )).toEqual(['1 per 90d', '2 per 7d', '1.5 per 90d', '90 per 90d', '3 per 365d', '2 per 90d']) // prettier-ignore
  })
})

describe('lists', () => {
  const walk = async (path: string, field: string, limit: number) => {
    const items: Json[] = []
    let cursor: string | undefined
    for (let page = 0; page === 0 || cursor !== undefined; page++) {
      const next = `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor === undefined ? '' : `&cursor=${cursor}`}`
      const { status, body } = await call('GET', next)
      expect(status, JSON.stringify(body)).toBe(200)
      expect(body[field].length).toBeLessThanOrEqual(limit)
      items.push(...body[field])
      cursor = body.next_cursor as string | undefined
      expect(page).toBeLessThan(1000)
    }
    return items
  }

  test('are walked page by page, each item once', async () => {
    for (const name of ['w1', 'w2', 'w3', 'w4']) {
      await call('POST', '/models', { name, task: 'regression', features: {} })
      await call('POST', '/monitors', { name, model: name })
      await call('POST', '/channels', { name, webhook: { url: 'https://example.com', secret: SECRET } })
      await call('POST', '/topics', { name, records: 'labels', model: name })
      await call('POST', '/keys', { name, scopes: ['read'] })
      await call('POST', '/models/shop/predictions', [{ id: name }, { id: name, ts: 'never' }])
    }
    const period = `from=${time(START)}&to=${time(START + 20 * DAY)}`
    for (const [path, field, identity] of [
      ['/models', 'models', 'name'],
      ['/monitors', 'monitors', 'name'],
      ['/channels', 'channels', 'name'],
      ['/topics', 'topics', 'name'],
      ['/keys', 'keys', 'id'],
      ['/models/shop/baselines', 'baselines', 'version'],
      [`/models/shop/results?${period}`, 'results', 'id'],
      [`/models/shop/results?${period}&verdict=critical`, 'results', 'id'],
      ['/alerts', 'alerts', 'id'],
      ['/deliveries', 'deliveries', 'attempt'],
      ['/dead-letters?model=shop', 'dead_letters', 'offset'],
    ]) {
      const whole = await walk(path, field, 1000)
      expect(whole.length, path).toBeGreaterThan(0)
      expect(new Set(whole.map((item) => item[identity])).size, path).toBe(whole.length)
      for (const limit of [1, 3]) expect(await walk(path, field, limit), `${path} by ${limit}`).toEqual(whole)
    }
  })

  test('refuse a cursor of another list, or of none', async () => {
    const { next_cursor } = (await call('GET', '/models?limit=1')).body
    for (const cursor of [next_cursor, 'AAAA', 'x', ''])
      expect((await call('GET', `/deliveries?cursor=${cursor}`)).body.errors[0].path).toBe('cursor')
  })
})

describe('results', () => {
  test('come in order of time, filtered, at most 2,000', async () => {
    const { body } = await call(
      'GET',
      `/models/shop/results?from=2026-01-01&to=2026-01-31&column=x&statistic=psi`,
    )
    expect(body.results.map(({ window_end }: { window_end: string }) => window_end)).toEqual(
      [6, 7, 8, 9, 10].map((day) => time(START + day * DAY).replace('.000', '')),
    )
    expect(Object.keys(body.results[0].statistics)).toEqual(['psi'])
    expect(body.results[3]).toMatchObject({ monitor: 'daily', kind: 'feature', verdict: 'critical' })
    expect((await call('GET', '/models/shop/results?limit=2001')).status).toBe(400)
    const { body: ok } = await call(
      'GET',
      `/models/shop/results?from=2026-01-01&to=2026-01-31&verdict=ok&version=`,
    )
    expect(new Set(ok.results.map(({ verdict }: { verdict: string }) => verdict))).toEqual(new Set(['ok']))
  })

  test('have provenance and arrays, and contributions that add up to PSI', async () => {
    const { results } = (await call('GET', '/models/shop/results?from=2026-01-01&to=2026-01-31')).body
    const drift = results.filter(({ kind }: Json) => kind !== 'data')
    for (const { id, statistics } of drift.slice(-12)) {
      const { body } = await call('GET', `/results/${id}`)
      expect(body).toMatchObject({
        id,
        model: 'shop',
        baseline: { version: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      })
      const sum = body.contributions.reduce(
        (total: number, { contribution }: Json) => total + contribution,
        0,
      )
      expect(sum).toBeCloseTo(statistics.psi, 12)
      expect(body.window.profile.counts.length).toBe(body.baseline.profile.counts.length)
      expect(body.rule.alpha).toBeGreaterThan(0)
    }
    expect((await call('GET', `/results/${'0'.repeat(32)}`)).status).toBe(404)
    expect((await call('GET', `/results/${'0'.repeat(33)}`)).status).toBe(404)
  })

  test('give the rows of each of their bins, as many as were counted', async () => {
    const { results } = (await call('GET', '/models/shop/results?from=2026-01-01&to=2026-01-31')).body
    const kinds = new Set<string>()
    for (const { id, kind, column, segment, version } of results) {
      const { body: result } = await call('GET', `/results/${id}`)
      if (result.contributions.length === 0) {
        expect((await call('GET', `/results/${id}/rows?bin=0`)).status, kind).toBe(409)
        continue
      }
      kinds.add(`${kind} ${segment === '' && version === '' ? 'whole' : 'part'}`)
      for (const [bin, { label, window }] of result.contributions.entries()) {
        if (window === 0 && bin > 0) continue
        const { status, body } = await call('GET', `/results/${id}/rows?bin=${bin}`)
        expect(status, `${column} ${label}: ${JSON.stringify(body)}`).toBe(200)
        expect(body, `${column} ${label}`).toMatchObject({ bin: label, affected: window })
        expect(body.examples).toHaveLength(Math.min(5, window))
      }
      expect((await call('GET', `/results/${id}/rows?bin=${result.contributions.length}`)).status).toBe(400)
    }
    expect([...kinds]).toEqual(expect.arrayContaining(['feature whole', 'label whole', 'prediction whole']))
    expect((await call('GET', `/results/${'0'.repeat(32)}/rows?bin=0`)).status).toBe(404)
  })

  test('of a run are stored and tell nobody', async () => {
    const before = (await call('GET', '/alerts')).body
    const asOf = time(START + 9 * DAY + HOUR)
    const { body } = await call('POST', '/monitors/daily/run', { asOf })
    expect(body.windows).toEqual([
      { part: 'predictions', end: time(START + 9 * DAY) },
      { part: 'labels', end: time(START + 8 * DAY) },
    ])
    const { body: stored } = await call('GET', `/results/${body.results[0].id}`)
    expect(stored).toMatchObject({ column: 'x', verdict: 'critical' })
    expect((await call('GET', '/alerts')).body).toEqual(before)
    expect((await call('POST', '/monitors/daily/run')).status).toBe(200)
    expect((await call('POST', '/monitors/daily/run', { asOf: '2100-01-01' })).status).toBe(422)
    expect((await call('POST', '/monitors/daily/run', { asOf: '1970-01-05' })).status).toBe(422)
  })
})

describe('charts', () => {
  test('a distribution equals a count by hand', async () => {
    const [from, to] = [START + 8 * DAY, START + 9 * DAY]
    const within = (a: number, b: number) => fixture.rows.filter(({ ts }) => ts >= a && ts < b)
    const sides = { baseline: within(START, START + 5 * DAY), window: within(from, to) }
    for (const [column, value] of [
      ['x', (row: Json) => row.x],
      ['c', (row: Json) => row.c],
      ['score', (row: Json) => row.score],
    ] as const) {
      const { body } = await call(
        'GET',
        `/models/shop/columns/${column}/distribution?from=${time(from)}&to=${time(to)}`,
      )
      const known = new Set(sides.baseline.map(value))
      const belongs = (bin: Json, v: Json) => {
        if (bin.kind === 'missing') return v === null
        if (bin.kind === 'category') return v === bin.category
        if (bin.kind === 'unseen') return v !== null && !known.has(v)
        return bin.kind === 'range' && v !== null && v >= (bin.from ?? -Infinity) && v < (bin.to ?? Infinity)
      } // prettier-ignore
      for (const side of ['baseline', 'window'] as const) {
        expect(body[side].rows).toBe(sides[side].length)
        for (const bin of body.bins)
          expect(bin[side], `${column} ${bin.label}`).toBe(
            sides[side].filter((row) => belongs(bin, value(row))).length,
          )
      }
      const occupied = body.bins.filter((bin: Json) => bin.baseline + bin.window > 0)
      const share = (n: number, side: 'baseline' | 'window') =>
        (n + 0.5) / (sides[side].length + 0.5 * occupied.length)
      let psi = 0
      for (const { baseline, window, contribution } of occupied) {
        const [p, q] = [share(baseline, 'baseline'), share(window, 'window')]
        expect(contribution).toBeCloseTo((q - p) * Math.log(q / p), 12)
        psi += contribution
      }
      expect(body.psi).toBeCloseTo(psi, 12)
    }
  })

  test('a distribution of one version, of nothing, and where there is none', async () => {
    const path = '/models/shop/columns/x/distribution'
    const range = `from=${time(START + 8 * DAY)}&to=${time(START + 9 * DAY)}`
    const rows = async (query: string) => (await call('GET', `${path}?${range}${query}`)).body.window.rows
    expect((await rows('&version=1')) + (await rows('&version=2'))).toBe(480)
    expect(await rows('&version=3')).toBe(0)
    const { body } = await call('GET', path)
    expect([body.window.rows, body.psi, body.bins[0].contribution]).toEqual([0, null, null])
    expect((await call('GET', '/models/shop/columns/none/distribution')).status).toBe(404)
    expect((await call('GET', `${path}?from=2026-02-01&to=2026-01-01`)).body.errors[0].path).toBe('from')
    await call('POST', '/models', { name: 'bare', task: 'binary', features: { x: 'numeric' } })
    expect((await call('GET', '/models/bare/columns/x/distribution')).status).toBe(409)
  })

  test('volume counts what is stored, each once', async () => {
    const ts = START + 12 * DAY
    const events = [0, 1, 2].map((i) => ({ id: `v${i}`, ts: ts + i * 1000 }))
    for (let i = 0; i < 2; i++)
      await call('POST', '/models/shop/predictions', [...events, { id: 'v9', ts: ts + HOUR }])
    await call('POST', '/models/shop/labels', [
      { id: 'v0', label: 'yes', prediction_ts: ts },
      { id: 'nobody', label: 1 },
    ])
    const { body } = await call('GET', `/models/shop/volume?from=${time(ts)}&to=${time(ts + 3 * HOUR - 1)}`)
    expect(body).toMatchObject({ step: '1h', pending_labels: 1, unmatched_labels: 0, misplaced_labels: 0 })
    expect(body.points).toEqual([
      { time: time(ts), predictions: 3, labels: 1, dead_letters: 0 },
      { time: time(ts + HOUR), predictions: 1, labels: 0, dead_letters: 0 },
      { time: time(ts + 2 * HOUR), predictions: 0, labels: 0, dead_letters: 0 },
    ])
    const { body: year } = await call('GET', '/models/shop/volume?from=2026-01-01&to=2026-12-31')
    expect([year.step, year.points.length, year.points[0].predictions]).toEqual(['1d', 364, 480])
    expect((await call('GET', '/models/shop/volume?from=2000-01-01&to=2026-01-01')).status).toBe(400)
    const { points } = (await call('GET', '/models/shop/volume')).body
    expect(points.length).toBe(168)
    expect(points.reduce((sum: number, point: Json) => sum + point.dead_letters, 0)).toBeGreaterThan(0)
  })
})

describe('alerts', () => {
  test('are listed as they stand, without those of removed monitors', async () => {
    const list = async (query: string) =>
      (await call('GET', `/alerts${query}`)).body.alerts.map(({ id }: { id: string }) => id[0])
    expect(await list('')).toEqual(['3', '2'])
    expect(await list('?status=firing')).toEqual(['3'])
    expect(await list('?severity=warning')).toEqual(['2'])
    expect(await list('?kind=label')).toEqual(['3'])
    expect(await list('?monitor=removed')).toEqual(['5'])
    expect(await list('?history=true')).toEqual(['3', '2', '1'])
    expect(await list('?history=true&status=firing')).toEqual(['3', '1'])
  })

  test('tell how they came to be, and who was told', async () => {
    const { body } = await call('GET', `/alerts/${fixture.alerts[0]}`)
    expect(body).toMatchObject({ status: 'firing', current: '2'.repeat(32), acknowledged: null })
    expect(body.transitions.map(({ id, scope }: Json) => [id[0], scope])).toEqual([
      ['4', 'member'],
      ['2', 'alert'],
      ['1', 'alert'],
    ])
    expect(body.deliveries).toHaveLength(7)
    expect((await call('GET', '/deliveries?channel=other')).body.deliveries).toHaveLength(2)
    expect((await call('GET', '/deliveries?status=delivered')).body.deliveries).toMatchObject([
      { attempt: 5, error: null },
    ])
  })

  test('are acknowledged', async () => {
    const path = `/alerts/${fixture.alerts[2]}`
    const { body } = await call('POST', `${path}/ack`, { by: 'ada', comment: 'on it' })
    expect(body).toMatchObject({ by: 'ada', comment: 'on it' })
    expect((await call('GET', path)).body.acknowledged).toEqual(body)
    expect((await call('GET', '/alerts?kind=label')).body.alerts[0].acknowledged).toEqual(body)
    expect((await call('POST', `/alerts/${'9'.repeat(32)}/ack`, { by: 'ada' })).status).toBe(404)
  })

  test('a test message goes through the same guard as alerts', async () => {
    const { body } = await call('POST', '/channels/hook/test')
    expect(body).toMatchObject({
      delivered: false,
      http_status: null,
      error: expect.stringMatching(/not a public address/),
    })
  })
})

describe('keys', () => {
  test('each route asks for its scope, and only for that', async () => {
    const keys: Record<string, string> = {}
    for (const scope of ['ingest', 'read', 'write'])
      keys[scope] = (await call('POST', '/keys', { name: scope, scopes: [scope] })).body.key
    for (const [id, { method, path, scope, ownToken }] of Object.entries<RouteContract>(ROUTES)) {
      if (ownToken) continue
      // Names that do not exist: whatever gets past the key finds nothing.
      const url = path.replace(/:\w+/g, 'none')
      for (const [held, key] of Object.entries(keys)) {
        const { status } = await fixture.service.call(method.toUpperCase(), url, undefined, {
          'x-api-key': key,
        })
        if (held === scope) expect([401, 403], `${id} with ${held}`).not.toContain(status)
        else expect(status, `${id} with ${held}`).toBe(403)
      }
      expect((await fixture.service.call(method.toUpperCase(), url)).status).toBe(401)
    }
  })

  test('are shown once, stored as a hash, and end when they are revoked', async () => {
    const { body } = await call('POST', '/keys', { name: 'short-lived', scopes: ['read', 'read'] })
    expect(body).toMatchObject({ scopes: ['read'], key: expect.stringMatching(/^dg_[A-Za-z0-9_-]{43}$/) })
    const listed = JSON.stringify((await call('GET', '/keys?limit=1000')).body)
    expect(listed).toContain(body.id)
    expect(listed).not.toContain(body.key)
    const stored = await fixture.service.store.control.selectFrom('api_keys').selectAll().execute()
    expect(stored.map(({ name }) => name)).toContain(body.id)
    expect(JSON.stringify(stored)).not.toContain(body.key)
    const headers = { authorization: `Bearer ${body.key}` }
    const use = async (given: Record<string, string>) =>
      (await fixture.service.call('GET', '/models', undefined, given)).status
    expect(await use(headers)).toBe(200)
    expect(await use({ authorization: `Bearer ${body.key}x` })).toBe(401)
    expect((await call('DELETE', `/keys/${body.id}`)).status).toBe(204)
    expect(await use(headers)).toBe(401)
    expect((await call('DELETE', `/keys/${body.id}`)).status).toBe(404)
  })

  test('give no more than they have', async () => {
    const { key } = (await call('POST', '/keys', { name: 'writer', scopes: ['write'] })).body
    const make = (scopes: string[]) =>
      fixture.service.call('POST', '/keys', { name: 'more', scopes }, { 'x-api-key': key })
    expect((await make(['write', 'read'])).status).toBe(403)
    expect((await make(['write'])).status).toBe(201)
  })
})

describe('problems', () => {
  test.each<[string, string, unknown, Record<string, string>, number]>([
    ['POST', '/models', '{', { 'content-type': 'application/json' }, 400],
    ['POST', '/models', '<a/>', { 'content-type': 'application/xml' }, 415],
    ['POST', '/models', { name: 'x' }, {}, 400],
    ['GET', '/models?limit=0', undefined, {}, 400],
    ['GET', '/models?limt=5', undefined, {}, 400],
    ['GET', '/models?limit=1&limit=2', undefined, {}, 400],
    ['GET', '/none', undefined, {}, 404],
    ['GET', '/models/none', undefined, {}, 404],
    ['PUT', '/models', {}, {}, 405],
    ['DELETE', '/alerts', undefined, {}, 405],
    ['POST', '/models', { name: 'x' }, { 'sec-fetch-site': 'cross-site' }, 403],
    ['POST', '/models', { name: 'x' }, { authorization: 'Bearer wrong' }, 401],
  ])('%s %s is one', async (method, path, body, headers, status) => {
    const answer = await call(method, path, body, headers)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(answer.body).toMatchObject({
      type: 'about:blank',
      status,
      title: expect.any(String),
      detail: expect.any(String),
    })
    expect(answer.headers.get('x-request-id')).toBe(answer.body.request_id)
    if (status === 400 && body !== '{')
      expect(answer.body.errors[0]).toMatchObject({ path: expect.any(String) })
    if (status === 405) expect(answer.headers.get('allow')).toMatch(/^GET, HEAD(, POST)?$/)
  })

  test('OPTIONS says what there is, HEAD is GET without a body', async () => {
    const options = await call('OPTIONS', '/monitors/daily')
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, PATCH, DELETE'])
    const head = await fetch(`${fixture.service.url}/api/v1/monitors/daily`, {
      method: 'HEAD',
      headers: { 'x-api-key': FULL_KEY },
    })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  test('a patch nested without an end is one', async () => {
    const deep = `{"features":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`
    expect((await call('PATCH', '/models/shop', deep, { 'content-type': 'application/json' })).status).toBe(
      400,
    )
  })
})

import { beforeEach, expect, test } from 'vitest'
import {
  findRetrain,
  insertRetrain,
  insertRetrainEvent,
  listRetrains,
  type RetrainEvent,
  type RetrainRequest,
} from '../../../control/alerting/retrains.ts'
import type { Control } from '../../../control/database/control.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'
import { atHour } from '../../support/samples/alert-events.ts'

const PERIOD = { from: atHour(0).toISOString(), to: atHour(1).toISOString() }
const request = (id: string, hour: number, extra: Partial<RetrainRequest> = {}): RetrainRequest => ({
  id,
  model: 'shop',
  monitor: 'daily',
  kind: 'feature',
  alert: 'a',
  target: 'pipeline',
  evidence: {
    alerts: [{ id: 'a', monitor: 'daily', kind: 'feature', severity: 'warning', summary: 'It \0 moved.' }],
    severity: 'warning',
    summary: 'It \0 moved.',
    window: PERIOD,
    baseline: undefined,
    statistic: 'psi',
    members: [],
    training: { ...PERIOD, basis: 'change_point', exclude: [{ ...PERIOD, reason: 'origin' }] },
  },
  callbackWithin: 1,
  baselineFirst: undefined,
  createdAt: atHour(hour),
  ...extra,
})
const event = (seq: number, extra: Partial<RetrainEvent> = {}): RetrainEvent => ({
  id: `e${seq}`,
  seq,
  at: atHour(seq),
  type: 'requested',
  by: 'daily',
  comment: 'because \0',
  ...extra,
})

describeOnBoth('retrainings', (open) => {
  let control: Control
  beforeEach(async () => {
    control = await open()
  })

  test('are read as they were written, with their events in order', async () => {
    await insertRetrain(control, request('a', 1))
    const last = event(2, { type: 'succeeded', version: '2\0', httpStatus: 200, latencyMs: 3 })
    expect(await insertRetrainEvent(control, 'a', event(1))).toBe(true)
    expect(await insertRetrainEvent(control, 'a', last)).toBe(true)
    expect(await findRetrain(control, 'a')).toEqual({ request: request('a', 1), events: [event(1), last] })
    expect(await findRetrain(control, 'A')).toBeUndefined()
  })

  test('that are asked for again are the same one', async () => {
    await insertRetrain(control, request('a', 1))
    await insertRetrain(control, request('a', 1, { target: 'other', alert: undefined, kind: 'manual' }))
    const found = await listRetrains(control)
    expect(found.map(({ request: { target, alert, kind } }) => [target, alert, kind])).toEqual([
      ['other', undefined, 'manual'],
    ])
  })

  test('take one event of a number, however many come at once', async () => {
    await insertRetrain(control, request('a', 1))
    const tries = Array.from({ length: 8 }, (_, i) =>
      insertRetrainEvent(control, 'a', event(1, { id: `e${i}`, by: `${i}` })),
    )
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1)
    expect((await findRetrain(control, 'a'))?.events).toHaveLength(1)
  })

  test('are listed newest first, by what they are of', async () => {
    await insertRetrain(control, request('_', 1))
    await insertRetrain(control, request('Z', 1, { monitor: 'other', alert: 'b' }))
    await insertRetrain(control, request('new', 2, { model: 'risk', kind: 'label', alert: undefined }))
    for (const id of ['_', 'Z', 'new']) await insertRetrainEvent(control, id, event(1, { by: id }))
    const list = async (filter: Parameters<typeof listRetrains>[1]) =>
      (await listRetrains(control, filter)).map(({ events: [{ by }] }) => by)
    expect(await list({})).toEqual(['new', 'Z', '_'])
    expect(await list({ model: 'shop' })).toEqual(['Z', '_'])
    expect(await list({ monitor: 'other', alert: 'b' })).toEqual(['Z'])
    expect(await list({ kind: 'label' })).toEqual(['new'])
    expect(await list({ id: 'none' })).toEqual([])
  })

  test('one that an earlier version stored names its one alert, and where its period began', async () => {
    const { alerts: _, ...evidence } = request('old', 1).evidence
    const stored = { ...evidence, training: PERIOD } as unknown as RetrainRequest['evidence']
    await insertRetrain(control, request('old', 1, { evidence: stored }))
    await insertRetrain(control, request('hand', 2, { alert: undefined, kind: 'manual', evidence: stored }))
    const [hand, old] = (await listRetrains(control)).map((one) => one.request.evidence)
    expect(old.alerts).toEqual(request('old', 1).evidence.alerts)
    expect(old.training).toEqual({ ...PERIOD, basis: 'first_drifted_window', exclude: [] })
    expect([hand.alerts, hand.training.basis]).toEqual([[], 'window'])
  })
})

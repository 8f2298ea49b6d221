import pino from 'pino'
import { beforeAll, describe, expect, test } from 'vitest'
import { lookAtExperiments } from '../../../service/schedule/experiments.ts'
import { currentAlerts } from '../../../control/alerting/alert-events.ts'
import { listAudit } from '../../../control/declared/audit.ts'
import { openModels } from '../../../store/models.ts'
import { apiFixture, DAY, START, type ApiFixture } from '../../support/api.ts'

const HOUR = 3_600_000
const log = pino({ level: 'silent' })

let fixture: ApiFixture
beforeAll(async () => {
  fixture = await apiFixture(4)
})
const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  fixture.call(method, path, body, headers)

async function look(days: number) {
  const { store } = fixture.service
  await lookAtExperiments({ store, models: openModels(store), log }, new Date(START + days * DAY))
}

/** Shadow traffic of a version that is never right, or always. */
async function shadow(version: string, isRight: boolean, hours = 48) {
  const at = (i: number) => new Date(START + i * HOUR).toISOString()
  const rows = Array.from({ length: hours }, (_, i) =>
    Array.from({ length: 12 }, (__, k) => ({
      id: `e${i}-${k}`,
      ts: at(i),
      label: k % 3 === 0 ? 'yes' : 'no',
    })),
  ).flat()
  const send = (of: string, isShadow: boolean, says: (label: string, i: number) => string) =>
    call(
      'POST',
      '/models/shop/predictions',
      rows.map(({ id, ts, label }, i) => ({
        id,
        ts,
        version: of,
        shadow: isShadow,
        prediction: says(label, i),
      })),
    )
  const other = (label: string) => (label === 'yes' ? 'no' : 'yes')
  await send('9', false, (label, i) => (i % 4 === 0 ? other(label) : label))
  await send(version, true, (label, i) => (isRight && i % 97 > 0 ? label : other(label)))
  await call(
    'POST',
    '/models/shop/labels',
    rows.map(({ id, ts, label }) => ({ id, label, prediction_ts: ts, labelled_at: ts })),
  )
}

const DECLARED = {
  name: 'e',
  model: 'shop',
  champion: '9',
  challenger: 'shadow',
  metric: 'accuracy',
  min_rows: 100,
  min_hours: 24,
  from: new Date(START).toISOString(),
  label_delay: '1h',
  channels: ['hook'],
}

describe('an experiment', () => {
  test.each([
    ['a model that is not declared', { model: 'none' }, 'model'],
    ['a metric that its model does not have', { metric: 'squared_error' }, 'metric'],
    ['a channel that is not declared', { channels: ['none'] }, 'channels.0'],
  ])('is refused for %s', async (_, change, path) => {
    const { status, body } = await call('POST', '/experiments', { ...DECLARED, ...change })
    expect([status, body.errors[0].path]).toEqual([422, path])
  })

  test('is declared, looked at, and found', async () => {
    expect(await call('POST', '/experiments', DECLARED)).toMatchObject({
      status: 201,
      body: { standing: null },
    })
    expect((await call('POST', '/experiments/e/promote', {})).body.detail).toContain('not been looked at')
    await shadow('10', true)
    await look(4)
    const { body } = await call('GET', '/experiments/e')
    expect(body.standing).toMatchObject({ state: 'challenger_better', problem: null, closed: null })
    const sequence = (await call('GET', '/experiments/e/sequence')).body
    expect(sequence.coverage).toEqual({ champion: 576, challenger: null, compared: 576 })
    expect(sequence.points.at(-1).upper).toBeLessThan(0)
    const deciding = sequence.points.find(({ state }: { state: string }) => state !== 'undecided')
    expect(deciding.hour).toBe(body.standing.point.hour)
  })

  test('keeps its model and its channels from being removed', async () => {
    expect((await call('DELETE', '/channels/hook')).body.detail).toContain('experiment "e"')
    expect((await call('DELETE', '/models/shop')).status).toBe(409)
  })

  test('of several shadow versions, it must be said which one is promoted', async () => {
    await shadow('11', false, 2)
    const unclear = await call('POST', '/experiments/e/promote', {})
    expect(unclear).toMatchObject({ status: 409 })
    expect(unclear.body.detail).toContain('"10", "11" had shadow traffic')
    expect((await call('POST', '/experiments/e/promote', { version: '9' })).status).toBe(409)
  })

  test('is closed once, by name, with an entry in the audit log and a message that names the version', async () => {
    const { store } = fixture.service
    const promoted = await call('POST', '/experiments/e/promote', { version: '10', comment: 'Go.' })
    expect(promoted.body.standing.closed).toMatchObject({
      decision: 'promoted',
      version: '10',
      comment: 'Go.',
    })
    const again = await call('POST', '/experiments/e/keep', {})
    expect([again.status, again.body.detail]).toEqual([
      409,
      expect.stringContaining('already closed: promoted by'),
    ])
    const [alert] = await currentAlerts(store.control, { scope: 'alert', monitor: 'e', kind: 'experiment' })
    expect(alert).toMatchObject({ status: 'resolved', promoted: '10', channels: ['hook'] })
    expect(alert.summary).toContain('version "10" was promoted in place of "9"')
    const [entry] = await listAudit(store.control, { subject: 'experiment', name: 'e', limit: 1 })
    expect(entry).toMatchObject({ action: 'experiment.promoted', before: 'challenger_better', detail: 'Go.' })
  })

  test('that changes begins again, and is promoted against its finding only by force', async () => {
    await call('PATCH', '/experiments/e', { challenger: '11', min_rows: 10 })
    expect((await call('GET', '/experiments/e')).body.standing).toBeNull()
    await look(4.1)
    const refused = await call('POST', '/experiments/e/promote', {})
    expect(refused.body.detail).toContain('"force": true')
    const { body } = await call('POST', '/experiments/e/promote', { force: true })
    expect(body.standing).toMatchObject({ state: 'undecided', closed: { version: '11' } })
    // What a person has decided is not looked at again.
    await look(4.2)
    expect((await call('GET', '/experiments/e')).body.standing.closed).toMatchObject({ version: '11' })
  })

  test('is removed with how it stood', async () => {
    expect((await call('DELETE', '/experiments/e')).status).toBe(204)
    await call('POST', '/experiments', DECLARED)
    expect((await call('GET', '/experiments/e')).body.standing).toBeNull()
  })
})

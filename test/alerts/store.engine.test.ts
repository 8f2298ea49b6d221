import { beforeAll, describe, expect, it } from 'vitest'
import { evaluateAlerts } from '../../alerts/state/evaluate-alerts.ts'
import { DEFAULT_POLICY } from '../../alerts/state/policy.ts'
import { recentEvaluations } from '../../alerts/state/recent-evaluations.ts'
import { verdictForAlerts, type MemberEvaluation } from '../../alerts/state/window-verdict.ts'
import type { MemberVerdict } from '../../domain/verdict.ts'
import { insertAlertEvents } from '../../control/alerting/insert-alert-events.ts'
import {
  currentAlerts,
  findAlertEvents,
  lastEventsBefore,
  listAlertEvents,
} from '../../control/alerting/alert-events.ts'
import type { Store } from '../../store/engine/client.ts'
import { insertResults } from '../../store/results/results.ts'
import { outcome, resultOf } from '../support/samples/results.ts'
import { temporaryStore } from '../support/stores/store.ts'

const HOUR = 3_600_000
const at = (hour: number) => new Date(Date.UTC(2026, 0, 5) + hour * HOUR)
let store: Store
let clock = 0

beforeAll(async () => {
  store = await temporaryStore()
})

const UGLY = 'naïve \'q\' `b` \\ "d"\n😀'

/** Stores the results of a window as a run does, and takes it through the alerts. */
async function run(
  monitor: string,
  hour: number,
  verdicts: Record<string, MemberVerdict>,
  mode: 'live' | 'quiet' = 'live',
) {
  const now = new Date(at(hour).getTime() + 60_000 + 1000 * ++clock)
  const evaluations = Object.entries(verdicts).map(([column, verdict]): MemberEvaluation => {
    const id = `${monitor} ${hour} ${column} ${clock}`
    const told = { resultId: id, explanation: `${verdict} here`, effect: verdict === 'ok' ? 0.01 : 0.2 }
    return { kind: 'feature', column, segment: '', version: '', windowEnd: at(hour), verdict, ...told }
  })
  const by = { model: 'shop', monitor, evaluatedAt: now }
  await insertResults(
    store,
    evaluations.map((evaluation) => resultOf(evaluation, by)),
  )
  const outcome = await evaluateAlerts({
    store,
    monitor: { name: monitor, model: 'shop', alert: { ...DEFAULT_POLICY, channels: ['ops'] } },
    windowEnd: at(hour),
    evaluations,
    baselineOf: () => 'baseline 1 (training)',
    now,
    mode,
  })
  return outcome.status === 'quiet'
    ? 'quiet'
    : outcome.events.map(({ scope, reason }) => `${scope} ${reason}`)
}

describe('evaluateAlerts', () => {
  it('takes windows from verdicts to stored events', async () => {
    expect(await run('story', 0, { [UGLY]: 'ok', b: 'ok' })).toEqual([])
    expect(await run('story', 1, { [UGLY]: 'warning', b: 'ok' })).toEqual(['member pending'])
    expect(await run('story', 2, { [UGLY]: 'insufficient_data', b: 'ok' })).toEqual([])
    expect(await run('story', 3, { [UGLY]: 'warning', b: 'warning' })).toEqual([
      'member firing',
      'member pending',
      'alert first',
    ])
    expect(await run('story', 4, { [UGLY]: 'critical', b: 'critical' })).toEqual([
      'member raised',
      'member firing',
      'alert severity_raised',
    ])
    expect(await run('story', 5, { [UGLY]: 'ok', b: 'ok' })).toEqual([])
    expect(await run('story', 6, { [UGLY]: 'ok', b: 'ok' })).toEqual([
      'member resolved',
      'member resolved',
      'alert all_resolved',
    ])
    const alerts = await listAlertEvents(store.control, { monitor: 'story', scope: 'alert', limit: 10 })
    expect(alerts.map(({ reason, status, severity }) => [reason, status, severity])).toEqual([
      ['all_resolved', 'resolved', 'critical'],
      ['severity_raised', 'firing', 'critical'],
      ['first', 'firing', 'warning'],
    ])
    expect(alerts[2]).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      model: 'shop',
      kind: 'feature',
      column: '',
      windowEnd: at(3),
      notify: true,
      channels: ['ops'],
      baseline: 'baseline 1 (training)',
      members: [{ column: UGLY, severity: 'warning', since: at(1).toISOString(), effect: 0.2 }],
    })
    expect(
      await findAlertEvents(store.control, [alerts[2].id, 'no such id', "'; -- " + 'x'.repeat(50)]),
    ).toEqual([alerts[2]])
    const current = await currentAlerts(store.control, { scope: 'alert', model: 'shop' })
    expect(current.map(({ monitor, status }) => [monitor, status])).toEqual([['story', 'resolved']])
  })

  it('is not resolved by windows that are unconfirmed, however many lie between the clean ones', async () => {
    const verdicts: MemberVerdict[] = [
      'warning',
      'warning',
      'ok',
      ...Array<MemberVerdict>(7).fill('unconfirmed'),
      'ok',
    ]
    const told: unknown[] = []
    for (const [hour, verdict] of verdicts.entries()) told.push(await run('doubt', hour, { x: verdict }))
    expect(told).toEqual([
      ['member pending'],
      ['member firing', 'alert first'],
      ...Array<string[]>(8).fill([]),
      ['member resolved', 'alert all_resolved'],
    ])
  })

  it('takes a feature that what decides does not confirm for clean, when it is read again too', async () => {
    const member = { kind: 'concept', column: 'hour', segment: '', version: '' } as const
    const by = { model: 'shop', monitor: 'concept' }
    await insertResults(
      store,
      ['unconfirmed', 'not_significant'].map((reason, i) =>
        outcome({ ...member, ...by, id: reason, windowEnd: at(i), evaluatedAt: at(i), verdict: 'unconfirmed', reason, effect: 0.4 }),
      ),
    ) // prettier-ignore
    const read = await recentEvaluations(store, { ...by, members: [member], before: at(9), limit: 3 })
    expect(read.map(({ verdict }) => verdict)).toEqual(['ok', 'unconfirmed'])
    expect(verdictForAlerts('unconfirmed', 'unconfirmed')).toBe('ok')
    expect(verdictForAlerts('unconfirmed', 'not_significant')).toBe('unconfirmed')
  })

  it('adds nothing when windows are run again, and reads the same after events were inserted twice', async () => {
    const verdicts: MemberVerdict[] = ['ok', 'warning', 'critical', 'critical', 'ok', 'ok']
    for (const [hour, a] of verdicts.entries()) await run('again', hour, { a })
    const events = await listAlertEvents(store.control, { monitor: 'again', limit: 100 })
    expect(events.map(({ scope, reason }) => `${scope} ${reason}`).sort()).toEqual([
      'alert all_resolved',
      'alert first',
      'member firing',
      'member pending',
      'member resolved',
    ])
    for (const [hour, a] of verdicts.entries()) expect(await run('again', hour, { a })).toEqual([])
    await insertAlertEvents(store.control, events)
    await insertAlertEvents(store.control, events.toReversed())
    expect(await listAlertEvents(store.control, { monitor: 'again', limit: 100 })).toEqual(events)
    expect(await lastEventsBefore(store.control, 'again', at(2))).toMatchObject([{ reason: 'pending' }])
  })

  it('reads the newest evaluation of a window that was computed again', async () => {
    for (const [hour, a] of (['warning', 'ok', 'ok'] as const).entries()) await run('recomputed', hour, { a })
    expect(await run('recomputed', 1, { a: 'critical' })).toEqual(['member firing', 'alert first'])
    expect(await run('recomputed', 2, { a: 'ok' })).toEqual(['member recomputed'])
    expect(await run('recomputed', 2, { a: 'ok' })).toEqual([])
    expect(await run('recomputed', 3, { a: 'warning' })).toEqual([])
    expect(await run('recomputed', 3, { a: 'ok' })).toEqual(['member resolved', 'alert all_resolved'])
  })

  it('makes no event of quiet windows, whose evaluations count all the same', async () => {
    for (const hour of [0, 1, 2]) expect(await run('quiet', hour, { a: 'critical' }, 'quiet')).toBe('quiet')
    expect(await listAlertEvents(store.control, { monitor: 'quiet', limit: 10 })).toEqual([])
    expect(await run('quiet', 3, { a: 'critical' })).toEqual(['member firing', 'alert first'])
    const [alert] = await listAlertEvents(store.control, { monitor: 'quiet', scope: 'alert', limit: 10 })
    expect(alert.members[0].since).toBe(at(1).toISOString())
  })

  it('keeps monitors apart', async () => {
    await run('left', 0, { a: 'critical' })
    expect(await run('right', 1, { a: 'critical' })).toEqual(['member pending'])
  })
})

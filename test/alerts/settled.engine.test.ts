import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { evaluateAlerts } from '../../alerts/state/evaluate-alerts.ts'
import { DEFAULT_POLICY } from '../../alerts/state/policy.ts'
import { recentEvaluations } from '../../alerts/state/recent-evaluations.ts'
import type { MemberEvaluation } from '../../alerts/state/window-verdict.ts'
import type { MemberVerdict } from '../../domain/verdict.ts'
import { step } from '../../alerts/state/step.ts'
import { eventsAt, lastEventsBefore } from '../../control/alerting/alert-events.ts'
import { migrate } from '../../store/schema/migrations.ts'
import type { Store } from '../../store/engine/client.ts'
import { insertResults } from '../../store/results/results.ts'
import { resultOf } from '../support/samples/results.ts'
import { temporaryStore } from '../support/stores/store.ts'

const HOUR = 3_600_000
const at = (hour: number) => new Date(Date.UTC(2026, 0, 5) + hour * HOUR)
let store: Store

beforeAll(async () => {
  store = await temporaryStore()
  await migrate(store, new Date())
})

const verdict = fc.constantFrom<MemberVerdict[]>(
  'ok',
  'ok',
  'ok',
  'unconfirmed',
  'warning',
  'critical',
  'insufficient_data',
)
/** Kinds that are evaluated apart, as those of a monitor's parts. */
const kind = fc.constantFrom('feature', 'label')
const windows = fc.array(
  fc.record({ kind, back: fc.constantFrom(0, 0, 0, 0, 1, 2), a: verdict, b: verdict }),
  { minLength: 12, maxLength: 12 },
)

test(
  'a window that reads no history makes the events that it would make with it',
  { timeout: 120_000 },
  async () => {
    let life = 0
    const counted = { still: 0, told: 0 }
    await fc.assert(
      fc.asyncProperty(windows, async (steps) => {
        const name = `life ${++life}`
        const newest: Record<string, number> = { feature: 0, label: 0 }
        for (const [clock, { kind, back, a, b }] of steps.entries()) {
          newest[kind] += back === 0 ? 1 : 0
          const windowEnd = at(Math.max(1, newest[kind] - back))
          const now = new Date(at(100).getTime() + clock * HOUR)
          const evaluations = Object.entries({ a, b }).map(([column, verdict]): MemberEvaluation => {
            const told = { resultId: `${name} ${clock} ${column}`, explanation: verdict, effect: 0 }
            return { kind, column, segment: '', version: '', windowEnd, verdict, ...told }
          })
          await insertResults(
            store,
            evaluations.map((evaluation) =>
              resultOf(evaluation, { model: 'm', monitor: name, evaluatedAt: now }),
            ),
          )
          const monitor = { name, model: 'm', alert: { ...DEFAULT_POLICY, channels: [] } }
          const input = { monitor, windowEnd, evaluations, kinds: [kind], now }
          const members = evaluations
          const filter = { model: 'm', monitor: name, before: windowEnd, members, limit: 9 }
          const expected = step({
            ...input,
            history: await recentEvaluations(store, filter),
            before: await lastEventsBefore(store.control, name, windowEnd),
            existing: await eventsAt(store.control, name, windowEnd),
          })
          expect(await evaluateAlerts({ ...input, store, mode: 'live' })).toEqual({
            status: 'evaluated',
            events: expected,
          })
          counted[expected.length === 0 ? 'still' : 'told']++
        }
      }),
      { numRuns: 8 },
    )
    expect(Math.min(...Object.values(counted))).toBeGreaterThan(5)
  },
)

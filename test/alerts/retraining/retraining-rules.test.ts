import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decideRetraining, laneOf } from '../../../alerts/retraining/decide.ts'
import { advance, CALLBACKS, effective, isOpen, isUnderWay, MOVES, RETRAIN_STATUSES, retrainStateAfter, type RetrainStatus } from '../../../control/alerting/retrain-state.ts' // prettier-ignore
import { waitEnd, waitSentence } from '../../../alerts/retraining/waits.ts'
import { parseDeclarations } from '../../../declare/declarations.ts'
import type { AlertReason, AlertStatus } from '../../../control/alerting/alert-event.ts'
import { retrainDeclaration, retrainPolicySchema } from '../../../control/declared/retrain-policy.ts'
import {
  RETRAIN_EVENT_TYPES,
  type RetrainEvent,
  type RetrainEventType,
} from '../../../control/alerting/retrains.ts'

const HOUR = 3_600_000
const NOW = new Date('2026-03-10T12:00:00Z')
const ago = (hours: number) => new Date(NOW.getTime() - hours * HOUR)
const policyOf = (more: object = {}) =>
  retrainPolicySchema.parse({ target: 'train', on: ['feature', 'label'], approval: ['concept'], ...more })

interface Earlier {
  status: RetrainStatus
  hours?: number
  attempts?: number
}

function decide(
  {
    kind = 'feature',
    reason = 'first',
    status = 'firing',
  }: { kind?: string; reason?: AlertReason; status?: AlertStatus },
  earlier: readonly Earlier[] = [],
  policy: object = {},
  dataProblem?: string,
) {
  const lane = laneOf(policyOf(policy), { scope: 'alert', kind, reason, status })
  if (lane === undefined) return { decision: 'none' as const }
  return decideRetraining({
    policy: policyOf(policy),
    lane,
    others: earlier.map(({ status: one, hours, attempts = 1 }) => ({
      id: 'abcdef0123456789',
      callbackWithin: 24 * HOUR,
      status: one,
      since: ago(hours ?? 0),
      requestedAt: hours === undefined ? undefined : ago(hours),
      attempts,
    })),
    dataProblem: dataProblem === undefined ? undefined : { findings: dataProblem, alert: undefined },
    now: NOW,
  })
}

describe('what an alert asks for', () => {
  test.each<[string, Parameters<typeof decide>, string]>([
    ['a first firing of a kind in "on"', [{}], 'request'],
    ['one that turned critical', [{ reason: 'severity_raised' }], 'request'],
    ['one more column', [{ reason: 'new_members' }], 'none'],
    ['a repetition', [{ reason: 'repeat' }], 'none'],
    ['a resolution', [{ reason: 'all_resolved', status: 'resolved' }], 'none'],
    ['a kind in "approval"', [{ kind: 'concept' }], 'await_approval'],
    ['a kind in neither', [{ kind: 'prediction' }], 'none'],
    ['a finding about the data', [{ kind: 'data' }], 'none'],
    ['a failed retraining', [{ kind: 'retraining' }], 'none'],
    ['a dry run', [{}, [], { dry_run: true }], 'dry_run'],
    ['a dry run of what needs approval', [{ kind: 'concept' }, [], { dry_run: true }], 'dry_run'],
    ['beside one to be sent', [{}, [{ status: 'requested', hours: 30 }]], 'defer'],
    ['beside one sent', [{}, [{ status: 'sent', hours: 30 }]], 'defer'],
    ['beside one that runs', [{}, [{ status: 'running', hours: 30 }]], 'defer'],
    ['beside one that waits for a person', [{}, [{ status: 'awaiting_approval' }]], 'request'],
    [
      'approval beside one that waits',
      [{ kind: 'concept' }, [{ status: 'awaiting_approval' }]],
      'await_approval',
    ],
    [
      'approval beside one that runs',
      [{ kind: 'concept' }, [{ status: 'running', hours: 3 }]],
      'await_approval',
    ],
    ['within the cooldown of a success', [{}, [{ status: 'succeeded', hours: 23 }]], 'defer'],
    ['within the cooldown of a failure', [{}, [{ status: 'failed', hours: 23 }]], 'defer'],
    ['at the end of the cooldown', [{}, [{ status: 'succeeded', hours: 24 }]], 'request'],
    ['beside one held back', [{}, [{ status: 'held' }]], 'request'],
    ['beside one that waits for a cooldown', [{}, [{ status: 'deferred' }]], 'request'],
    ['while the data are broken', [{}, [], {}, 'broken'], 'hold'],
    ['approval while the data are broken', [{ kind: 'concept' }, [], {}, 'broken'], 'await_approval'],
    ['a dry run while the data are broken', [{}, [], { dry_run: true }, 'broken'], 'dry_run'],
    ['broken data within a cooldown', [{}, [{ status: 'failed', hours: 1 }], {}, 'broken'], 'defer'],
    ['after one that was rejected', [{}, [{ status: 'rejected' }]], 'request'],
    ['after one that was refused', [{}, [{ status: 'refused' }]], 'request'],
    ['after one that never arrived', [{}, [{ status: 'undeliverable', hours: 1 }]], 'request'],
    [
      'after one cancelled before it was sent',
      [{}, [{ status: 'cancelled', hours: 1, attempts: 0 }]],
      'request',
    ],
    ['after one cancelled later', [{}, [{ status: 'cancelled', hours: 1 }]], 'defer'],
    ['after a dry run', [{}, [{ status: 'dry_run', hours: 1 }]], 'request'],
    ['a dry run after another', [{}, [{ status: 'dry_run', hours: 1 }], { dry_run: true }], 'refuse'],
    [
      'the second of two a day',
      [{}, [{ status: 'failed', hours: 3 }], { cooldown: '2h', max_per_day: 2 }],
      'request',
    ],
    [
      'the third of two a day',
      [
        {},
        [
          { status: 'failed', hours: 3 },
          { status: 'failed', hours: 6 },
        ],
        { cooldown: '2h', max_per_day: 2 },
      ],
      'defer',
    ],
    [
      'the third, the first a day old',
      [
        {},
        [
          { status: 'failed', hours: 3 },
          { status: 'failed', hours: 24 },
        ],
        { cooldown: '2h', max_per_day: 2 },
      ],
      'request',
    ],
  ])('%s: %#', (_name, input, expected) => {
    expect(decide(...input).decision).toBe(expected)
  })

  test.each<[string, Parameters<typeof decide>, string, string | undefined]>([
    [
      'a cooldown',
      [{}, [{ status: 'succeeded', hours: 23 }]],
      'waits until 10 Mar 2026 13:00 UTC, because 1 was requested within 24 hours and max_per_day is 1',
      '2026-03-10T13:00:00.000Z',
    ],
    [
      'a cooldown longer than a day',
      [{}, [{ status: 'succeeded', hours: 30 }], { cooldown: '36h' }],
      'waits until 10 Mar 2026 18:00 UTC, when the cooldown after the last retraining ends',
      '2026-03-10T18:00:00.000Z',
    ],
    [
      'the daily limit',
      [
        {},
        [
          { status: 'failed', hours: 3 },
          { status: 'failed', hours: 20 },
        ],
        { cooldown: '1h', max_per_day: 2 },
      ],
      'waits until 10 Mar 2026 16:00 UTC, because 2 were requested within 24 hours and max_per_day is 2',
      '2026-03-10T16:00:00.000Z',
    ],
    [
      'one that runs, long after its cooldown',
      [{}, [{ status: 'running', hours: 23 }], { cooldown: '1h', max_per_day: 9 }],
      'waits for retraining abcdef01, which counts as lost at 10 Mar 2026 13:00 UTC unless it reports before',
      '2026-03-10T13:00:00.000Z',
    ],
    [
      'one that is not sent yet, and the cooldown after it',
      [{}, [{ status: 'requested', hours: 1 }], { max_per_day: 9 }],
      'waits for retraining abcdef01, which is about to be sent, and until 11 Mar 2026 11:00 UTC, when the cooldown after the last retraining ends',
      undefined,
    ],
    ['broken data', [{}, [], {}, 'origin'], 'waits until the data problem ends: origin', undefined],
    ['a person', [{ kind: 'concept' }], 'waits for approval', undefined],
    [
      'a person who should know of broken data',
      [{ kind: 'concept' }, [], {}, 'origin'],
      'waits for approval, while a data problem is firing: origin',
      undefined,
    ],
  ])('what waits for %s says so, and until when', (_name, input, sentence, until) => {
    const decision = decide(...input)
    const waits = 'waits' in decision ? decision.waits : []
    expect(waitSentence(waits)).toBe(sentence)
    expect(waitEnd(waits)?.toISOString()).toBe(until)
  })

  test('however alerts fire over days, neither cooldown nor cap is ever broken', () => {
    const kinds = fc.constantFrom('feature', 'label')
    const firings = fc.array(fc.tuple(fc.integer({ min: 1, max: 600 }), kinds), {
      minLength: 1,
      maxLength: 80,
    })
    const ends = fc.constantFrom<RetrainStatus>('succeeded', 'failed', 'expired')
    fc.assert(
      fc.property(
        firings,
        ends,
        fc.integer({ min: 1, max: 48 }),
        fc.integer({ min: 1, max: 4 }),
        (all, end, hours, cap) => {
          const policy = policyOf({ cooldown: `${hours}h`, max_per_day: cap })
          const asked: Date[] = []
          let now = NOW.getTime()
          for (const [minutes, kind] of all) {
            now += minutes * 60_000
            const { decision } = decideRetraining({
              policy,
              lane: laneOf(policy, { scope: 'alert', kind, reason: 'first', status: 'firing' })!,
              others: asked.map((requestedAt) => ({
                id: '',
                callbackWithin: HOUR,
                status: end,
                since: requestedAt,
                requestedAt,
                attempts: 1,
              })),
              now: new Date(now),
            })
            if (decision === 'request') asked.push(new Date(now))
          }
          expect(asked.length).toBeGreaterThan(0)
          for (const [i, at] of asked.entries()) {
            if (i > 0) expect(at.getTime() - asked[i - 1].getTime()).toBeGreaterThanOrEqual(hours * HOUR)
            const day = asked.filter((one) => one <= at && at.getTime() - one.getTime() < 24 * HOUR)
            expect(day.length).toBeLessThanOrEqual(cap)
          }
        },
      ),
    )
  })
})

test('a policy is read back as it was declared', () => {
  const declared = {
    on: ['label' as const],
    target: 'train',
    cooldown: '36h',
    activate_baseline: { first: '24h' },
  }
  const policy = retrainPolicySchema.parse(declared)
  expect(policy).toMatchObject({
    cooldown: 36 * HOUR,
    callback_within: 24 * HOUR,
    max_per_day: 1,
    dry_run: false,
  })
  expect(retrainPolicySchema.parse(retrainDeclaration(policy))).toEqual(policy)
  expect(retrainPolicySchema.safeParse({ target: 'train', on: ['label'], approval: ['label'] }).success).toBe(
    false,
  )
})

describe('a file of declarations', () => {
  const text = (target: string) => `
channels:
  - { name: chat, slack: { webhook_url: 'https://hooks.example.com/x' } }
  - { name: actions, github: { repository: acme/models, token: 'github_pat_0123456789abcdefghij' } }
monitors:
  - name: daily
    model: flights
    retrain: { target: ${target}, on: [label] }
models:
  - { name: flights, task: binary, features: { x: numeric } }
`
  const declare = (target: string) => () => parseDeclarations(text(target), 'file.yaml', {})

  test('names a target that can be asked, else says where it does not', () => {
    expect(declare('actions')().monitors[0].retrain).toMatchObject({ target: 'actions', on: ['label'] })
    expect(declare('chat')).toThrow(/^file.yaml:8:\d+: .*this channel is neither a webhook nor GitHub/)
    expect(declare('action')).toThrow(
      /^file.yaml:8:\d+: .*there is no channel "action"; did you mean "actions"\?/,
    )
  })
})

let made = 0
function event(type: RetrainEventType, more: Partial<RetrainEvent> = {}): RetrainEvent {
  made++
  return { id: `e${made}`, seq: made, at: ago(0), type, by: 'someone', comment: '', ...more }
}
/** The shortest way to each status. */
const WAYS: Record<RetrainStatus, RetrainEventType[]> = {
  awaiting_approval: ['awaiting_approval'],
  held: ['held'],
  deferred: ['deferred'],
  requested: ['requested'],
  sent: ['requested', 'sending', 'sent'],
  accepted: ['requested', 'sending', 'sent', 'accepted'],
  running: ['requested', 'sending', 'sent', 'running'],
  succeeded: ['requested', 'sending', 'sent', 'succeeded'],
  failed: ['requested', 'sending', 'sent', 'failed'],
  rejected: ['awaiting_approval', 'rejected'],
  cancelled: ['requested', 'cancelled'],
  expired: ['requested', 'sending', 'sent', 'expired'],
  undeliverable: ['requested', 'sending', 'undeliverable'],
  refused: ['refused'],
  dry_run: ['dry_run'],
}
const stateIn = (status: RetrainStatus) =>
  retrainStateAfter(WAYS[status].map((type) => event(type, type === 'succeeded' ? { version: '4' } : {})))!

describe('where a request goes', () => {
  test.each(RETRAIN_STATUSES)('%s is reached', (status) => {
    expect(stateIn(status).status).toBe(status)
  })

  const A = 'applied'
  const U = 'unchanged'
  const C = 'conflict'
  /** Of accepted, running, succeeded with version 4, succeeded with version 5, failed. */
  const ANSWERS: Record<RetrainStatus, string[]> = {
    awaiting_approval: [C, C, C, C, C],
    held: [C, C, C, C, C],
    deferred: [C, C, C, C, C],
    requested: [A, A, A, A, A],
    sent: [A, A, A, A, A],
    accepted: [U, A, A, A, A],
    running: [U, U, A, A, A],
    succeeded: [U, U, U, C, C],
    failed: [U, U, C, C, U],
    rejected: [C, C, C, C, C],
    cancelled: [C, C, C, C, C],
    expired: [A, A, A, A, A],
    undeliverable: [A, A, A, A, A],
    refused: [C, C, C, C, C],
    dry_run: [C, C, C, C, C],
  }
  test.each(RETRAIN_STATUSES)('what the pipeline may say of one that is %s', (status) => {
    const said = [
      { type: 'accepted' as const },
      { type: 'running' as const },
      { type: 'succeeded' as const, version: '4' },
      { type: 'succeeded' as const, version: '5' },
      { type: 'failed' as const },
    ]
    expect(said.map((one) => advance(stateIn(status), one).outcome)).toEqual(ANSWERS[status])
  })

  test('people approve, reject, cancel and send again only where that means something', () => {
    const allowed = (type: RetrainEventType) =>
      RETRAIN_STATUSES.filter((status) => advance(stateIn(status), { type }).outcome === 'applied')
    expect(allowed('approved')).toEqual(['awaiting_approval', 'held', 'deferred'])
    expect(allowed('rejected')).toEqual(['awaiting_approval', 'held', 'deferred'])
    expect(allowed('released')).toEqual(['held', 'deferred'])
    expect(allowed('held')).toEqual(['deferred'])
    expect(allowed('deferred')).toEqual(['held'])
    expect(allowed('joined')).toEqual(['awaiting_approval', 'held', 'deferred', 'requested'])
    expect(allowed('baseline_failed')).toEqual(['succeeded'])
    expect(allowed('cancelled')).toEqual([
      'awaiting_approval',
      'held',
      'deferred',
      'requested',
      'sent',
      'accepted',
      'running',
    ])
    expect(allowed('replayed')).toEqual(['undeliverable'])
    expect(allowed('sending')).toEqual(['requested'])
    expect(allowed('expired')).toEqual(['sent', 'accepted', 'running'])
  })

  test('nothing joins a request once an attempt to send it was begun, even after a replay', () => {
    const begun = [event('requested'), event('sending', { tokenHash: 'a' })]
    for (const more of [[], [event('not_sent')], [event('undeliverable'), event('replayed')]]) {
      const events = [...begun, ...more]
      expect(advance(retrainStateAfter(events)!, { type: 'joined' }).outcome).toBe('conflict')
      expect(effective([...events, event('joined')])).toEqual(events)
    }
  })

  test('a pipeline that answers before the sender has noted it does not fall back', () => {
    const state = retrainStateAfter([event('requested'), event('sending'), event('accepted'), event('sent')])!
    expect(state).toMatchObject({ status: 'accepted', attempts: 1 })
    const timedOut = [
      event('requested'),
      event('sending'),
      event('succeeded', { version: '4' }),
      event('not_sent'),
    ]
    expect(retrainStateAfter(timedOut)).toMatchObject({ status: 'succeeded', version: '4' })
  })

  test('every token that was sent goes on to count, and a replay starts the attempts anew', () => {
    const sent = [
      event('requested'),
      event('sending', { tokenHash: 'a' }),
      event('not_sent'),
      event('sending', { tokenHash: 'b' }),
    ]
    expect(retrainStateAfter(sent)).toMatchObject({ attempts: 2, tokenHashes: ['a', 'b'] })
    const again = [...sent, event('undeliverable'), event('replayed')]
    expect(retrainStateAfter(again)).toMatchObject({
      status: 'requested',
      attempts: 0,
      tokenHashes: ['a', 'b'],
    })
    expect(retrainStateAfter(again)!.firstAttemptAt).toBeUndefined()
  })

  test('of two that decide at once the first one counts', () => {
    const events = [
      event('awaiting_approval'),
      event('approved', { by: 'ann' }),
      event('rejected', { by: 'bob' }),
    ]
    expect(retrainStateAfter(events)!.status).toBe('requested')
    expect(effective(events).map(({ by }) => by)).toEqual(['someone', 'ann'])
  })

  test('whatever happens in whatever order, what is over stays over', () => {
    const types = fc.array(fc.constantFrom(...RETRAIN_EVENT_TYPES), { maxLength: 30 })
    const closed: RetrainStatus[] = ['succeeded', 'failed', 'rejected', 'cancelled', 'refused', 'dry_run']
    fc.assert(
      fc.property(types, (all) => {
        const events = all.map((type) => event(type))
        let end: RetrainStatus | undefined
        for (let n = 1; n <= events.length; n++) {
          const status = retrainStateAfter(events.slice(0, n))?.status
          if (end !== undefined) expect(status).toBe(end)
          if (status !== undefined && closed.includes(status)) end = status
        }
      }),
    )
  })

  test('a step that can be taken leads where the events then say, one that cannot changes nothing', () => {
    const types = fc.array(fc.constantFrom(...RETRAIN_EVENT_TYPES), { maxLength: 12 })
    fc.assert(
      fc.property(types, fc.constantFrom(...CALLBACKS), (all, type) => {
        const events = all.map((one) => event(one))
        const state = retrainStateAfter(events)
        if (state === undefined) return
        const after = retrainStateAfter([...events, event(type)])!
        expect(after.status).toBe(
          advance(state, { type }).outcome === 'applied' ? MOVES[type][state.status] : state.status,
        )
      }),
    )
  })

  test('open are those that wait for someone', () => {
    expect(RETRAIN_STATUSES.filter(isOpen)).toEqual([
      'awaiting_approval',
      'held',
      'deferred',
      'requested',
      'sent',
      'accepted',
      'running',
    ])
    expect(RETRAIN_STATUSES.filter(isUnderWay)).toEqual(['requested', 'sent', 'accepted', 'running'])
  })
})

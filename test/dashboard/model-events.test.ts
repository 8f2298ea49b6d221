import { describe, expect, test } from 'vitest'
import { eventsWithin } from '../../charts/events.ts'
import { modelEvents } from '../../dashboard/model-events.ts'

type Alert = Parameters<typeof modelEvents>[0][number]
type Retrain = Parameters<typeof modelEvents>[1][number]

const at = (day: number) => `2001-02-0${day}T00:00:00.000Z`
const alert = (status: Alert['status'], reason: string, ...since: number[]): Alert => ({
  kind: 'feature',
  status,
  reason,
  window_end: at(8),
  members: since.map((day) => ({ since: at(day) }) as Alert['members'][number]),
})
const retrain = (status: Retrain['status']): Retrain => ({
  status,
  status_since: at(5),
  created_at: at(4),
  version: status === 'succeeded' ? '2' : null,
})
const told = (alerts: Alert[], retrains: Retrain[]) =>
  modelEvents(alerts, retrains).map((event) => `${event.at.slice(8, 10)} ${event.kind}: ${event.label}`)

describe('what happened to a model', () => {
  test('also names its experiments: what was decided, and what a person made of it', () => {
    const standing = {
      state: 'challenger_better',
      decided_at: at(6),
      closed: { decision: 'promoted', by: 'ann', at: at(7), comment: '' },
    }
    const of = (name: string, more: object | null) =>
      ({ name, standing: more }) as NonNullable<Parameters<typeof modelEvents>[3]>[number]
    const experiments = [
      of('v2', standing),
      of('new', null),
      of('open', { state: 'undecided', decided_at: null, closed: null }),
    ]
    expect(modelEvents([], [], [], experiments)).toEqual([
      { kind: 'decision', at: at(6), label: 'v2: challenger better' },
      { kind: 'decision', at: at(7), label: 'v2: promoted' },
    ])
  })

  test('is in the order of time: the alert, the retraining, its version, the end', () => {
    const history = [alert('resolved', 'all_resolved', 3, 2), alert('firing', 'first', 3, 2)]
    expect(told(history, [retrain('succeeded')])).toEqual([
      '02 alert: Feature drift',
      '04 retraining: Retraining',
      '05 version: Version 2',
      '08 resolved: Feature drift resolved',
    ])
  })

  test('has the moves of its alias in MLflow, but not where that was found', () => {
    const versions = [
      { version: '3', seen_at: at(6) },
      { version: '2', seen_at: at(4) },
      { version: '1', seen_at: at(1) },
    ]
    expect(modelEvents([], [], versions)).toEqual([
      { kind: 'version', at: at(4), label: 'MLflow version 2' },
      { kind: 'version', at: at(6), label: 'MLflow version 3' },
    ])
  })

  test('an alert that goes on stands where it began, however often it was repeated', () => {
    const history = [
      alert('firing', 'repeat', 3),
      alert('firing', 'new_members', 3),
      alert('firing', 'first', 3),
    ]
    expect(told(history, [])).toEqual(['03 alert: Feature drift'])
    expect(told([alert('resolved', 'unwatched', 3)], []).at(-1)).toBe(
      '08 resolved: Feature drift no longer monitored',
    )
    expect(told([alert('pending', 'pending', 3), alert('ok', 'lapsed', 3)], [])).toEqual([])
  })

  test.each([
    ['running', []],
    ['awaiting_approval', []],
    ['failed', ['05 retraining: Retraining failed']],
    ['expired', ['05 retraining: Retraining lost']],
    ['undeliverable', ['05 retraining: Retraining not delivered']],
  ] as const)('of a retraining that is %s', (status, end) => {
    expect(told([], [retrain(status)])).toEqual(['04 retraining: Retraining', ...end])
  })

  test('nothing is shown of a retraining that nobody was asked for', () => {
    expect(told([], [retrain('refused'), retrain('rejected'), retrain('dry_run')])).toEqual([])
  })

  test('is shown within a period, its ends too, however precisely these are written', () => {
    const history = [alert('resolved', 'all_resolved', 2), alert('firing', 'first', 2)]
    const events = modelEvents(history, [retrain('running')])
    const kinds = (from: string, to: string) => eventsWithin(events, { from, to }).map(({ kind }) => kind)
    expect(kinds('2001-02-02T00:00:00Z', '2001-02-07T00:00:00Z')).toEqual(['alert', 'retraining'])
    expect(kinds('2001-02-05T00:00:00Z', '2001-02-08T00:00:00Z')).toEqual(['resolved'])
  })
})

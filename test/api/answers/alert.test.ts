import { expect, test } from 'vitest'
import { toAlert } from '../../../api/answers/alert.ts'
import type { AlertEvent, AlertMember } from '../../../control/alerting/alert-event.ts'

const SINCE = '2001-06-27T12:00:00.000Z'
const member = (extra: Partial<AlertMember>): AlertMember => ({ kind: 'feature', column: 'origin', segment: '', version: '', severity: 'critical', since: SINCE, ...extra }) // prettier-ignore
const event = (extra: Partial<AlertEvent>): AlertEvent => ({ id: 'a', scope: 'alert', monitor: 'daily', model: 'flights', kind: 'feature', column: '', segment: '', version: '', windowEnd: new Date('2001-07-01'), reason: 'repeat', status: 'firing', severity: 'critical', summary: 'drifted', members: [member({})], baseline: undefined, createdAt: new Date('2001-07-01'), notify: false, channels: [], ...extra }) // prettier-ignore

const found = (explanation: string) =>
  member({ kind: 'data', finding: 'unseen', explainsDrift: true, explanation })
const finding = event({ id: 'f', scope: 'member', kind: 'data', column: 'origin', reason: 'firing', summary: 'first: 12.8%', members: [found('12.8% of values are new.')] }) // prettier-ignore
const dataAlert = event({ id: 'd', kind: 'data', members: [found('33.2% of values are new.')] })
const answer = (drift: AlertEvent, dataAlerts: AlertEvent[]) =>
  toAlert(drift, {
    ack: undefined,
    incident: undefined,
    mutes: { silences: [], findings: [finding], ended: [] },
    dataAlerts,
    now: new Date('2001-07-02'),
  })

test('an inhibited alert quotes what its finding says now, and not when it began', () => {
  const { inhibited } = answer(event({}), [dataAlert])
  expect(inhibited?.summary).toBe(
    'origin of monitor daily, since 27 Jun 2001 12:00 UTC: 33.2% of values are new.',
  )
  expect(inhibited?.alert).toBe(dataAlert.id)
  const { inhibited: alone } = answer(event({}), [])
  expect(alone, 'nothing newer is known').toMatchObject({ summary: 'first: 12.8%', alert: null })
})

test('an inhibited alert advises what to do about the data, and not to retrain on them', () => {
  const { recommendation } = answer(event({}), [dataAlert])
  expect(recommendation).toMatch(/^This follows from a data problem\. Check whether the categories are real/)
  const other = event({ members: [member({ column: 'hour' })] })
  expect(answer(other, [dataAlert])).toMatchObject({ inhibited: null })
  expect(answer(other, [dataAlert]).recommendation).not.toMatch(/data problem/)
  const both = event({ members: [member({}), member({ column: 'hour' })] })
  expect(answer(both, [dataAlert]).recommendation, 'a part of it drifts by itself').not.toMatch(
    /data problem/,
  )
})

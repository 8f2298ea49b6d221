import { describe, expect, test } from 'vitest'
import { inOrder } from '../../../charts/events.ts'
import {
  annotationEvents,
  eventTime,
  gapWords,
  incidentEvents,
} from '../../../dashboard/annotations/events.ts'
import { formOf, readForm } from '../../../dashboard/annotations/form.ts'
import { hintOf } from '../../../dashboard/incidents/hint.ts'
import {
  closedWords,
  durationWords,
  newestOf,
  suggestedTitle,
  timelineOf,
} from '../../../dashboard/incidents/words.ts'
import type { Answer } from '../../../dashboard/queries/answer.ts'

type Incident = Answer<'getIncident'>

const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString()
const alert = (first: number, last: number, status: 'firing' | 'resolved') => ({
  id: `${first}`,
  event: `${last}`,
  model: 'shop',
  monitor: 'daily',
  kind: 'feature',
  severity: 'warning' as const,
  status,
  summary: '',
  first_at: at(first),
  last_at: at(last),
})
const incident = (extra: Partial<Incident>): Incident => ({
  id: 'i',
  title: 'Units',
  status: 'open',
  assignee: null,
  verdict: null,
  notes: '',
  started_at: at(1),
  closed_at: null,
  created_by: 'Ann',
  created_at: at(2),
  changed_by: 'Ann',
  changed_at: at(2),
  revision: 1,
  closed_by: null,
  alerts: [alert(1, 5, 'resolved')],
  ...extra,
})

describe('marks of a chart', () => {
  test('are of annotations, a band where they last', () => {
    const events = inOrder(
      annotationEvents([
        { kind: 'holiday', text: 'Easter', from: at(3), to: at(9) },
        { kind: 'deployment', text: 'v2', from: at(1), to: null },
      ]),
    )
    expect(events).toEqual([
      { kind: 'deployment', at: at(1), label: 'v2' },
      { kind: 'holiday', at: at(3), until: at(9), label: 'Easter' },
    ])
    expect(events.map(eventTime)).toEqual([
      '1 Jan 2026 01:00 UTC',
      '1 Jan 2026 03:00 UTC to 1 Jan 2026 09:00 UTC',
    ])
  })

  test.each([
    ['whose alerts have ended', incident({ closed_at: at(20) }), at(5)],
    ['that fires, and was closed', incident({ closed_at: at(20), alerts: [alert(1, 5, 'resolved'), alert(2, 6, 'firing')] }), at(20)],
    ['that fires', incident({ alerts: [alert(1, 5, 'firing')] }), '9999-12-31T00:00:00.000Z'],
  ])('are bands of an incident %s', (_, one, until) => {
    expect(incidentEvents([one])).toEqual([{ kind: 'incident', at: at(1), until, label: 'Units' }])
  }) // prettier-ignore

  test('that are left out are counted, and failing to load them is said', () => {
    const annotations = { annotations: [1, 2], next_cursor: null }
    const incidents = { incidents: Array.from({ length: 1000 }), next_cursor: 'x' }
    expect(gapWords({ failed: false, annotations, incidents })).toBe(
      'Only the first 1,000 incidents of this period are marked. Choose a shorter period to see the others.',
    )
    expect(
      gapWords({ failed: false, annotations, incidents: { ...incidents, next_cursor: null } }),
    ).toBeUndefined()
    expect(gapWords({ failed: true, annotations: undefined, incidents })).toMatch(/could not be loaded/)
  })

  test('without an end say since when', () => {
    const [open] = incidentEvents([incident({ alerts: [alert(1, 5, 'firing')] })])
    expect(eventTime(open)).toBe('since 1 Jan 2026 01:00 UTC')
  })
})

describe('an incident', () => {
  test('lasts until its alerts have ended, and till the newest window while one fires', () => {
    const firing = [alert(1, 5, 'firing')]
    const words = (extra: Partial<Incident>, newest: string | undefined) =>
      durationWords(incident(extra), newest === undefined ? undefined : Date.parse(newest))
    expect(words({ closed_at: at(20) }, at(30))).toBe('4 h')
    expect(words({ alerts: firing }, at(31))).toBe('30 h so far')
    expect(words({ alerts: firing }, undefined), 'no window is known').toBe('4 h so far')
  })

  test('of data of long ago does not last until the day on which it was closed', () => {
    const closed = { status: 'closed' as const, closed_at: '2031-01-01T00:00:00.000Z' }
    expect(durationWords(incident({ ...closed, alerts: [alert(1, 5, 'firing')] }), Date.parse(at(7)))).toBe(
      '6 h',
    )
    const soon = { status: 'closed' as const, closed_at: at(6) }
    expect(durationWords(incident({ ...soon, alerts: [alert(1, 5, 'firing')] }), Date.parse(at(9)))).toBe(
      '5 h',
    )
  })

  test('takes its newest window from its own models', () => {
    const model = (name: string, end: string | null) => ({ model: name, latest_window_end: end })
    const overview = { models: [model('shop', at(8)), model('other', at(30))] } as Answer<'getOverview'>
    expect(newestOf(overview, incident({}))).toBe(Date.parse(at(8)))
    expect(newestOf({ models: [] }, incident({}))).toBeUndefined()
  })

  test('that is closed says as what, by whom and when', () => {
    const closed = incident({ closed_at: at(20), closed_by: 'Ann', verdict: 'data_fault' })
    expect(closedWords(closed)).toBe('Closed as data fault by Ann, 1 Jan 2026 20:00 UTC')
    expect(closedWords({ ...closed, closed_by: null })).toBe('Closed as data fault, 1 Jan 2026 20:00 UTC')
    expect(closedWords(incident({}))).toBeUndefined()
  })

  test('has a timeline, newest first', () => {
    const closed = incident({ status: 'closed', closed_at: at(20), closed_by: 'Ben' })
    expect(timelineOf(closed).map(({ text }) => text)).toEqual([
      'Incident closed by Ben',
      'Feature drift in shop resolved',
      'Incident started by Ann',
      'Feature drift in shop fired',
    ])
  })

  test('is called after its alerts at first', () => {
    const of = (kind: string, model: string) => ({ kind, model })
    expect(suggestedTitle([of('feature', 'a')])).toBe('Feature drift in a')
    expect(suggestedTitle([of('feature', 'a'), of('label', 'b')])).toBe('Feature drift and label drift in a and b') // prettier-ignore
    expect(suggestedTitle([of('feature', 'a'), of('label', 'b'), of('data', 'c')])).toBe('3 alerts in 3 models') // prettier-ignore
  })
})

describe('the form of an annotation', () => {
  test('begins with now, and says what it holds', () => {
    const form = formOf(undefined, Date.parse('2026-01-01T10:20:30Z'))
    expect(readForm({ ...form, text: ' v2 ' }, 'shop')).toEqual({
      kind: 'deployment',
      text: 'v2',
      from: '2026-01-01T10:20:00.000Z',
      to: null,
      model: 'shop',
      link: null,
    })
    expect(readForm({ ...form, lasts: true, everyModel: true, to: '' }, 'shop')).toMatchObject({
      to: '',
      model: null,
    })
  })
})

describe('the hint of a monitor', () => {
  const counts = (false_alarm: number, true_drift: number, low: number, high: number) =>
    hintOf({ alerts: 9, incidents: 1, true_drift, data_fault: 0, false_alarm, other: 0, not_judged: 0, precision: { value: 0, low, high } }) // prettier-ignore

  test('asks for verdicts, for another threshold or for nothing', () => {
    const none = { alerts: 1, incidents: 0, true_drift: 0, data_fault: 0, false_alarm: 0, other: 0, not_judged: 1, precision: null } // prettier-ignore
    expect(hintOf(none)).toEqual({ text: expect.stringContaining('None judged yet'), tune: false })
    expect(counts(0, 3, 0.4, 1).text).toBe('No false alarm among 3 judged.')
    expect(counts(9, 1, 0.02, 0.4)).toEqual({ text: expect.stringContaining('Raise its thresholds'), tune: true }) // prettier-ignore
    expect(counts(1, 20, 0.8, 0.99).tune).toBe(false)
    expect(counts(1, 2, 0.2, 0.9)).toEqual({ text: expect.stringContaining('1 of 3 judged'), tune: true })
  })
})

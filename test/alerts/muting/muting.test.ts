import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { globMatches } from '../../../alerts/muting/glob.ts'
import { messageId } from '../../../alerts/message/message-id.ts'
import type { OutboxItem } from '../../../alerts/delivery/outbox-item.ts'
import { planOutbox, type OutboxState } from '../../../alerts/delivery/outbox.ts'
import { silenceMatches, silenceState } from '../../../alerts/muting/silence.ts'
import type { AlertEvent, AlertMember, AlertReason } from '../../../control/alerting/alert-event.ts'
import type { Severity } from '../../../domain/severity.ts'
import type { LastDelivered } from '../../../control/alerting/last-delivered.ts'
import type { Matcher, Silence } from '../../../control/alerting/silences.ts'

const HOUR = 3_600_000
const at = (hour: number) => new Date(Date.UTC(2026, 0, 5) + hour * HOUR)
const NOW = at(10)

/** `distance!` is critical; `x@a` is column x in segment a. */
function member(text: string, kind = 'feature'): AlertMember {
  const [, column, segment = '', critical] = /^([^@!]+)(?:@([^!]*))?(!?)$/.exec(text)!
  return {
    kind,
    column,
    segment,
    version: '',
    severity: critical ? 'critical' : 'warning',
    since: at(0).toISOString(),
  }
}

interface Given {
  reason?: AlertReason
  hour?: number
  columns?: string[]
  kind?: string
  monitor?: string
  model?: string
  channel?: string
  last?: OutboxItem['last']
  nextAttemptAt?: Date
}

function item({
  reason = 'first',
  hour = 1,
  columns = ['x'],
  kind = 'feature',
  monitor = 'daily',
  ...given
}: Given = {}): OutboxItem {
  const { model = 'flights', channel = 'team', last, nextAttemptAt } = given
  const members = columns.map((text) => member(text, kind))
  const severity: Severity = members.some((one) => one.severity === 'critical') ? 'critical' : 'warning'
  const id = `${monitor} ${kind} ${reason} ${hour}`
  const event: AlertEvent = {
    id, scope: 'alert', monitor, model, kind, column: '', segment: '', version: '', windowEnd: at(hour), reason,
    status: reason === 'all_resolved' ? 'resolved' : 'firing', severity, summary: `${columns.length} of ${model}`,
    members, baseline: undefined, createdAt: at(hour), notify: true, channels: [channel],
  } // prettier-ignore
  return {
    eventId: id,
    channel,
    attempts: 0,
    failures: 0,
    firstAttemptAt: undefined,
    nextAttemptAt,
    last,
    event,
  }
}

function told(given: Given & { leftOut?: string[] } = {}): LastDelivered {
  const { event, channel } = item({ hour: 0, ...given })
  const { monitor, kind, status, members, windowEnd, createdAt } = event
  return { monitor, kind, channel, status, members, windowEnd, createdAt, leftOut: given.leftOut ?? [] }
}

function silence(matchers: Partial<Record<Matcher['field'], string>>, from = 0, to = 20): Silence {
  const list = Object.entries(matchers).map(([field, value]): Matcher => {
    const op = value.startsWith('!') ? '!=' : /[*?]/.test(value) ? 'glob' : '='
    return { field: field as Matcher['field'], op, value: value.replace(/^!/, '') }
  })
  const made = { createdAt: at(0), changedAt: at(0), changedBy: 'ann', revision: 1 }
  return { id: 's1', matchers: list, start: at(from), end: at(to), author: 'ann', comment: '', ...made }
}

const finding = (column: string, monitor = 'daily', model = 'flights') => ({
  ...item({ kind: 'data', columns: [column], monitor, model }).event,
  scope: 'member' as const,
  column,
})

const ended = (until: number) => ({ finding: finding('x'), until: at(until) })

function plan(items: OutboxItem[], state: Partial<OutboxState> = {}): string[] {
  const all = {
    delivered: [],
    silences: [],
    findings: [],
    ended: [],
    acknowledged: new Set<string>(),
    now: NOW,
    ...state,
  }
  const { send, drop, mute } = planOutbox(items, all)
  const columns = ({ event }: OutboxItem) => event.members.map(({ column }) => column).join('+')
  return [
    ...send.map((group) => `send ${group.map((one) => `${one.event.reason} ${columns(one)}`).join(' & ')}`),
    ...drop.map((one) => `${one.status} ${one.item.event.reason}`),
    ...mute.map(({ item: { event }, mute }) => `${mute.status} ${event.reason}`),
  ]
}

describe('a silence', () => {
  test.each<[Partial<Record<Matcher['field'], string>>, boolean]>([
    [{ model: 'flights' }, true],
    [{ model: 'flight' }, false],
    [{ model: 'fl*' }, true],
    [{ model: '!flights' }, false],
    [{ model: '!other', column: 'dist*' }, true],
    [{ model: 'flights', column: 'origin' }, false],
    [{ severity: 'critical' }, true],
    [{ segment: '' }, false],
    [{ segment: 'a?c', kind: 'feature', monitor: 'daily', version: '' }, true],
  ])('%o matches distance in segment abc: %s', (matchers, expected) => {
    const event = { model: 'flights', monitor: 'daily' }
    expect(silenceMatches(silence(matchers), event, member('distance@abc!'))).toBe(expected)
  })

  test.each([
    [0, 20, 'active'],
    [10, 20, 'active'],
    [0, 10, 'expired'],
    [11, 20, 'pending'],
  ] as const)('from hour %i to %i is at hour 10%s', (from, to, state) => {
    expect(silenceState(silence({ model: '*' }, from, to), NOW)).toBe(state)
  })
})

describe('a glob', () => {
  test.each([
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a*c', 'abcbc', true],
    ['a*c', 'abcb', false],
    ['?', '🛫', true],
    ['a.c', 'abc', false],
    ['**a**', 'xax', true],
    ['*a', 'aaab', false],
  ])('%j fits %j: %s', (pattern, text, expected) => expect(globMatches(pattern, text)).toBe(expected))

  test('means what the regular expression means that one would write for it', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\\'), maxLength: 12 })
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\\', '*', '?'), maxLength: 8 })
    fc.assert(
      fc.property(pattern, text, (glob, subject) => {
        const escaped = glob.replace(/[.\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')
        expect(globMatches(glob, subject)).toBe(new RegExp(`^${escaped}$`).test(subject))
      }),
    )
  })

  test('takes no time to speak of where a backtracking matcher would take for ever', () => {
    const started = performance.now()
    expect(globMatches('*a'.repeat(140) + 'b', 'a'.repeat(300))).toBe(false)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('what is sent', () => {
  const silenced = { silences: [silence({ column: 'x' })] }
  const xAndY = { delivered: [told({ columns: ['x', 'y'] })] }
  const noted = { status: 'silenced', mutedBy: `silence s1 by ann until ${at(20).toISOString()}` } as const
  test.each<[string, OutboxItem[], Partial<OutboxState>, string[]]>([
    ['nothing mutes', [item()], {}, ['send first x']],
    ['all is silenced', [item()], silenced, ['silenced first']],
    ['that is noted already', [item({ last: noted })], silenced, []],
    ['the silence was extended', [item({ last: { ...noted, mutedBy: 'silence s1 by ann until then' } })], silenced, ['silenced first']],
    ['the silence is over', [item({ last: noted })], { silences: [silence({ column: 'x' }, 0, 10)] }, ['send first x']],
    ['part is silenced', [item({ columns: ['y', 'x'] })], silenced, ['send first y']],
    ['what is new is silenced', [item({ reason: 'new_members', columns: ['x', 'y'] })], { ...silenced, delivered: [told({ columns: ['y'] })] }, ['silenced new_members']],
    ['something else is new too', [item({ reason: 'new_members', columns: ['x', 'y', 'z'] })], { ...silenced, delivered: [told({ columns: ['y'] })] }, ['send new_members y+z']],
    ['what became critical is silenced', [item({ reason: 'severity_raised', columns: ['x!', 'y'] })], { ...silenced, ...xAndY }, ['silenced severity_raised']],
    ['what was silenced becomes critical afterwards', [item({ reason: 'severity_raised', columns: ['x!', 'y'] })], { delivered: [told({ columns: ['y', 'x'] })] }, ['send severity_raised x+y']],
    ['a column that was left out is told of again', [item({ reason: 'new_members', columns: ['x', 'y'] })], { delivered: [told({ columns: ['y', 'x'], leftOut: ['["feature","x","",""]'] })], silences: [silence({ column: 'z' })] }, ['send new_members x+y']],
    ['it is resolved under a silence', [item({ reason: 'all_resolved' })], { ...silenced, delivered: [told()] }, ['silenced all_resolved']],
    ['it is resolved, never told', [item({ hour: 2, reason: 'all_resolved' }), item({ last: noted })], silenced, ['suppressed all_resolved', 'superseded first']],
    ['a repeat under a silence takes over', [item({ hour: 2, reason: 'repeat' }), item({ last: noted })], silenced, ['superseded first', 'silenced repeat']],
    ['no data of the model', [item({ monitor: 'other' })], { findings: [finding('no_data')] }, ['inhibited first']],
    ['no data of another model', [item()], { findings: [finding('no_data', 'daily', 'm')] }, ['send first x']],
    ['no data: it is told itself', [item({ kind: 'data', columns: ['no_data'] })], { findings: [finding('no_data')] }, ['send first no_data']],
    ['no data and concept drift', [item({ kind: 'concept' })], { findings: [finding('no_data')] }, ['inhibited first']],
    ['no data and a failed retraining', [item({ kind: 'retraining' })], { findings: [finding('no_data')] }, ['send first x']],
    ['the monitor fails and so did a retraining', [item({ kind: 'retraining' })], { findings: [finding('error')] }, ['send first x']],
    ['the monitor fails', [item()], { findings: [finding('error')] }, ['inhibited first']],
    ['another monitor fails', [item()], { findings: [finding('error', 'other')] }, ['send first x']],
    ['a finding about one column', [item({ columns: ['x', 'y'] })], { findings: [finding('x')] }, ['send first y']],
    ['a finding about a column that has ended, of which the window holds rows', [item()], { ended: [ended(2)] }, ['inhibited first']],
    ['a finding that had ended before the window', [item({ hour: 2 })], { ended: [ended(2)] }, ['send first x']],
    ['a finding that has ended, and its concept', [item({ kind: 'concept' })], { ended: [ended(2)] }, ['send first x']],
    ['a finding about a column, and its concept', [item({ kind: 'concept' })], { findings: [finding('x')] }, ['send first x']],
    ['a silence and a finding', [item()], { ...silenced, findings: [finding('no_data')] }, ['silenced first']],
    ['a repeat of what is acknowledged', [item({ reason: 'repeat' })], { delivered: [told()], acknowledged: new Set(['daily feature repeat 1']) }, ['acknowledged repeat']],
    ['the same, to a channel that was never told', [item({ reason: 'repeat' })], { acknowledged: new Set(['daily feature repeat 1']) }, ['send repeat x']],
    ['a repeat does not hide news that is pending', [item({ hour: 2, reason: 'repeat', columns: ['x!'] }), item({ reason: 'severity_raised', columns: ['x!'] })], { delivered: [told()], acknowledged: new Set(['daily feature repeat 2']) }, ['send severity_raised x', 'acknowledged repeat']],
    ['it is not due yet', [item({ nextAttemptAt: at(11) })], {}, []],
    ['two monitors found it', [item(), item({ monitor: 'hourly', columns: ['y!'] })], {}, ['send first y & first x']],
    ['two kinds', [item(), item({ kind: 'label' })], {}, ['send first x', 'send first x']],
    ['two models', [item(), item({ model: 'm', monitor: 'm' })], {}, ['send first x', 'send first x']],
    ['two channels', [item(), item({ channel: 'boss' })], {}, ['send first x', 'send first x']],
    ['one fires, one is resolved', [item(), item({ monitor: 'hourly', reason: 'all_resolved' })], { delivered: [told({ monitor: 'hourly' })] }, ['send all_resolved x', 'send first x']],
  ])('where %s', (_, items, state, expected) => {
    expect(plan(items, state).sort()).toEqual([...expected].sort())
  }) // prettier-ignore

  test('the words and the severity fit the columns that are left', () => {
    const items = [item({ columns: ['x!', 'y'] })]
    const state = {
      delivered: [],
      findings: [],
      ended: [],
      acknowledged: new Set<string>(),
      now: NOW,
      ...silenced,
    }
    const [[{ event, leftOut }]] = planOutbox(items, state).send
    expect(event.severity).toBe('warning')
    expect(event.summary).toBe(
      'Feature "y" of flights has drifted from the baseline since 5 Jan 2026 00:00 UTC (warning).',
    )
    expect(leftOut).toEqual(['["feature","x","",""]'])
    expect(event.id).toBe(items[0].eventId)
  })

  test('every item is sent, dropped, muted or waits, once; what is sent lists no muted member', () => {
    const column = fc.constantFrom('x', 'y', 'z', 'x!', 'y!')
    const given = fc.record({
      reason: fc.constantFrom<AlertReason>('first', 'new_members', 'severity_raised', 'all_resolved', 'repeat'),
      hour: fc.integer({ min: 1, max: 9 }),
      columns: fc.uniqueArray(column, { minLength: 1, maxLength: 3, selector: (text) => text[0] }),
      kind: fc.constantFrom('feature', 'concept'),
      monitor: fc.constantFrom('a', 'b'),
      channel: fc.constantFrom('team', 'boss'),
    })
    fc.assert(
      fc.property(fc.array(given, { maxLength: 8 }), fc.constantFrom('x', 'y', '?', 'none'), (all, muted) => {
        const items = all.map(item)
        const state = { delivered: [told({ monitor: 'a' })], findings: [], ended: [], acknowledged: new Set<string>(), now: NOW }
        const { send, drop, mute } = planOutbox(items, { ...state, silences: [silence({ column: muted })] })
        expect(send.flat().length + drop.length + mute.length).toBe(items.length)
        for (const group of send) {
          expect(new Set(group.map(({ event, channel }) => `${event.kind} ${event.status} ${channel}`)).size).toBe(1)
          for (const { event } of group)
            expect(event.members.some((one) => globMatches(muted, one.column))).toBe(false)
        }
      }),
    )
  }) // prettier-ignore
})

test('the id of a message is that of its event, or follows from all of them in any order', () => {
  const [a, b] = [{ id: 'a' }, { id: 'b' }]
  expect(messageId([a])).toBe('a')
  expect(messageId([a, b])).toBe(messageId([b, a]))
  expect(messageId([a, b])).toMatch(/^[0-9a-f]{32}$/)
})

import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { describeBaselines } from '../../alerts/state/describe-baselines.ts'
import { DEFAULT_POLICY, type AlertPolicy } from '../../alerts/state/policy.ts'
import { isDecided, isPlaced, type MemberEvaluation } from '../../alerts/state/window-verdict.ts'
import { memberKey } from '../../alerts/state/member.ts'
import type { MemberVerdict } from '../../domain/verdict.ts'
import type { StepInput } from '../../alerts/state/step-input.ts'
import { buildMessage, recommendation } from '../../alerts/message/message.ts'
import { step } from '../../alerts/state/step.ts'
import type { AlertEvent } from '../../control/alerting/alert-event.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const at = (hour: number) => new Date(START + hour * HOUR)

const VERDICTS: Record<string, MemberVerdict> = {
  o: 'ok',
  u: 'unconfirmed',
  w: 'warning',
  c: 'critical',
  i: 'insufficient_data',
  n: 'no_data',
  e: 'error',
}

/** A monitor's past, as the store keeps it: what was evaluated and which events there are. */
class Past {
  events: AlertEvent[] = []
  readonly evaluations: MemberEvaluation[] = []
  private clock = 0

  constructor(private readonly policy: AlertPolicy = DEFAULT_POLICY) {}

  /** Evaluates a window (again), and returns the events that are new. */
  run(hour: number, verdicts: Record<string, string>, options: Partial<StepInput> = {}): AlertEvent[] {
    const windowEnd = at(hour)
    const evaluations = Object.entries(verdicts).flatMap(([name, letter]) => {
      const [kind, column] = name.includes('/') ? name.split('/') : ['feature', name]
      if (!(letter in VERDICTS)) return []
      const evaluation = { windowEnd, verdict: VERDICTS[letter], effect: letter === 'c' ? 0.3 : 0.15 }
      return [{ kind, column, segment: '', version: '', ...evaluation, explanation: `It is ${letter}.` }]
    })
    this.evaluations.push(...evaluations)
    const added = step({
      monitor: { name: 'daily', model: 'shop', alert: { ...this.policy, channels: ['ops'] } },
      windowEnd,
      evaluations,
      history: this.history(windowEnd),
      before: this.before(windowEnd),
      existing: this.events
        .filter((event) => +event.windowEnd === +windowEnd)
        .sort((a, b) => +b.createdAt - +a.createdAt),
      baselineOf: () => 'baseline 1 (training)',
      now: at(1000 + ++this.clock),
      ...options,
    })
    // As in the store, an event inserted again takes the place of the one that was there.
    const ids = new Set(added.map(({ id }) => id))
    this.events = [...this.events.filter(({ id }) => !ids.has(id)), ...added]
    return added
  }

  private history(windowEnd: Date): MemberEvaluation[] {
    const newest = new Map<string, MemberEvaluation>()
    for (const evaluation of this.evaluations) {
      newest.set(`${evaluation.windowEnd.getTime()} ${memberKey(evaluation)}`, evaluation)
    }
    const { fire, resolve } = this.policy
    const counts = new Map<string, number>()
    const within = [...newest.values()]
      .filter((e) => isPlaced(e) && e.windowEnd < windowEnd)
      .sort((a, b) => +b.windowEnd - +a.windowEnd)
    return within
      .filter((e) => {
        const key = `${memberKey(e)} ${isDecided(e)}`
        const n = (counts.get(key) ?? 0) + 1
        counts.set(key, n)
        return n <= Math.max(fire.m, resolve)
      })
      .reverse()
  }

  /** The last event of each member and alert. */
  standing(): AlertEvent[] {
    return this.before(new Date(8.64e15))
  }

  private before(windowEnd: Date): AlertEvent[] {
    const last = new Map<string, AlertEvent>()
    const ordered = this.events
      .filter((event) => event.windowEnd < windowEnd)
      .sort((a, b) => +a.windowEnd - +b.windowEnd || +a.createdAt - +b.createdAt)
    for (const event of ordered) last.set(`${event.scope} ${memberKey(event)}`, event)
    return [...last.values()]
  }
}

const told = (events: readonly AlertEvent[], scope: AlertEvent['scope']) =>
  events
    .filter((event) => event.scope === scope)
    .map(({ windowEnd, reason }) => `${(windowEnd.getTime() - START) / HOUR} ${reason}`)

function runLine(line: string, policy?: AlertPolicy): Past {
  const past = new Past(policy)
  ;[...line].forEach((letter, hour) => {
    if (letter !== '.') past.run(hour, { amount: letter })
  })
  return past
}

test('nothing fires earlier, later or graver for what is unconfirmed than for what is ok', () => {
  const letters = fc.array(fc.constantFrom('o', 'u', 'w', 'c', 'i'), { maxLength: 14 })
  fc.assert(
    fc.property(letters, (life) => {
      const first = (line: string) =>
        runLine(line).events.find(({ scope, reason }) => scope === 'member' && reason === 'firing')
      const [found, clean] = [first(life.join('')), first(life.join('').replaceAll('u', 'o'))]
      expect([found?.windowEnd, found?.severity]).toEqual([clean?.windowEnd, clean?.severity])
    }),
  )
})

describe('one member, a letter an hour (o ok, u unconfirmed, w warning, c critical, i n e undecided, . not run)', () => {
  const cases: [name: string, line: string, ...events: string[]][] = [
    ['all clean', 'oooooo'],
    ['one breach', 'owoooo', '1 pending', '3 lapsed'],
    ['two breaches in a row', 'oww', '1 pending', '2 firing'],
    ['two breaches of three', 'owow', '1 pending', '3 firing'],
    ['two breaches of four', 'owoow', '1 pending', '3 lapsed', '4 pending'],
    ['two clean ones end it', 'wwooo', '0 pending', '1 firing', '3 resolved'],
    ['one clean one does not', 'wwowowow', '0 pending', '1 firing'],
    ['every other hour', 'wowowowo', '0 pending', '2 firing'],
    ['it comes back', 'wwoowwoo', '0 pending', '1 firing', '3 resolved', '4 pending', '5 firing', '7 resolved'],
    ['pending, in doubt, pending no more', 'wioio', '0 pending', '4 lapsed'],
    ['undecided hours take no place', 'wiinew', '0 pending', '5 firing'],
    ['undecided hours hold the state', 'wwoieno', '0 pending', '1 firing', '6 resolved'],
    ['nothing happens in an undecided hour', 'wwoon', '0 pending', '1 firing', '3 resolved'],
    ['hours that were not run', 'w...w', '0 pending', '4 firing'],
    ['however long it was not run', `w${'.'.repeat(1000)}w`, '0 pending', '1001 firing'],
    ['resolving over a gap', 'wwo...o', '0 pending', '1 firing', '6 resolved'],
    ['it gets worse', 'wwc', '0 pending', '1 firing', '2 raised'],
    ['worse once, then milder, then as bad', 'wwcwc', '0 pending', '1 firing', '2 raised'],
    ['critical from the start', 'ccw', '0 pending', '1 firing'],
    ['severity is what it is as it fires', 'cwc', '0 pending', '1 firing', '2 raised'],
    ['no data at all', 'nnnnn'],
    ['nothing is confirmed', 'uuuuu'],
    ['what is unconfirmed takes a place, as a clean one does', 'wuuw', '0 pending'],
    ['and is no breach', 'wuw', '0 pending', '2 firing'],
    ['nor clean', 'wwuuuu', '0 pending', '1 firing'],
    ['clean ones count around it', 'wwououo', '0 pending', '1 firing', '4 resolved'],
    ['however many there are', 'wwouuuuuuuuuo', '0 pending', '1 firing', '12 resolved'],
    ['pending is over with a clean one only', 'wuuuuo', '0 pending', '5 lapsed'],
    ['a failing check', 'eeeee'],
  ] // prettier-ignore

  it.each(cases)('%s: %s', (_, line, ...events) => {
    expect(told(runLine(line).events, 'member')).toEqual(events)
  })

  it('counts by the policy it is given', () => {
    const one = { ...DEFAULT_POLICY, fire: { n: 1, m: 1 }, resolve: 1 }
    expect(told(runLine('owocc', one).events, 'member')).toEqual(['1 firing', '2 resolved', '3 firing'])
    const slow = { ...DEFAULT_POLICY, fire: { n: 3, m: 5 }, resolve: 2 }
    // What came before a resolution does not count towards firing again.
    expect(told(runLine('wwwoow', slow).events, 'member')).toEqual([
      '0 pending',
      '2 firing',
      '4 resolved',
      '5 pending',
    ])
  })

  it('tells since when, how severe, and shows the last breach', () => {
    const firing = runLine('owocow').events.find(({ reason }) => reason === 'firing')!
    expect(firing.members).toMatchObject([
      { column: 'amount', severity: 'critical', since: at(1).toISOString(), explanation: 'It is c.' },
    ])
    expect(firing).toMatchObject({ status: 'firing', notify: false, channels: [] })
  })
})

describe('an alert', () => {
  const cases: [name: string, lines: Record<string, string>, ...events: string[]][] = [
    ['one member', { a: 'owwooo' }, '2 first', '4 all_resolved'],
    ['a pending member is not told of', { a: 'owoo' }],
    ['two members at once', { a: 'wwoo', b: 'wwoo' }, '1 first', '3 all_resolved'],
    ['a member joins', { a: 'wwwwoo', b: 'ooww..' }, '1 first', '3 new_members'],
    ['one of two ends, then the other', { a: 'wwoooo', b: 'wwwwoo' }, '1 first', '5 all_resolved'],
    ['it gets worse', { a: 'wwcw' }, '1 first', '2 severity_raised'],
    ['a graver member joins', { a: 'wwwww', b: 'ooccc' }, '1 first', '3 severity_raised'],
    ['a member that joins later gets worse', { a: 'wwwwww', b: 'oowwwc' }, '1 first', '3 new_members', '5 severity_raised'],
    ['a milder member gets as bad as another', { a: 'wwwc', b: 'cccc' }, '1 first'],
    ['a member comes back while another fires', { a: 'wwooww', b: 'wwwwww' }, '1 first', '5 new_members'],
    ['repeated each day', { a: 'w'.repeat(52) }, '1 first', '25 repeat', '49 repeat'],
    ['told of a change, the day begins anew', { a: 'w'.repeat(10) + 'c'.repeat(30) }, '1 first', '10 severity_raised', '34 repeat'],
    ['no repetition without a verdict', { a: `ww${'i'.repeat(30)}w` }, '1 first', '32 repeat'],
    ['no repetition by a window that is clean', { a: `${'w'.repeat(25)}ow` }, '1 first', '26 repeat'],
    ['nor when it ends', { a: `${'w'.repeat(25)}oo` }, '1 first', '26 all_resolved'],
    ['flapping is told once', { a: 'wwowwowwowwowwow' }, '1 first'],
  ] // prettier-ignore

  it.each(cases)('%s', (_, lines, ...events) => {
    const past = new Past()
    const length = Math.max(...Object.values(lines).map((line) => line.length))
    for (let hour = 0; hour < length; hour++) {
      past.run(hour, Object.fromEntries(Object.entries(lines).map(([a, line]) => [a, line[hour]])))
    }
    expect(told(past.events, 'alert')).toEqual(events)
  })

  it('is one a kind, and each has its own life', () => {
    const past = new Past()
    for (const hour of [0, 1])
      past.run(hour, { amount: 'w', 'prediction/prediction': 'c', 'label/label': 'o' })
    const alerts = past.events.filter(({ scope }) => scope === 'alert')
    expect(alerts.map(({ kind, severity }) => [kind, severity])).toEqual([
      ['feature', 'warning'],
      ['prediction', 'critical'],
    ])
    expect(alerts.every(({ notify, channels }) => notify && channels[0] === 'ops')).toBe(true)
  })

  it('takes a finding about the data as a fact, at once', () => {
    const past = new Past()
    for (const [hour, letter] of [...'ocoo'].entries()) past.run(hour, { 'data/': letter })
    expect(told(past.events, 'alert')).toEqual(['1 first', '2 all_resolved'])
    expect(past.events.find(({ reason }) => reason === 'first')!.summary).toBe(
      'shop has had a data problem since 5 Jan 2026 01:00 UTC (critical): it is c.',
    )
  })

  it('lists members by severity, importance, effect and name', () => {
    const past = new Past()
    const importance = ({ column }: { column: string }) => ({ b: 3, c: 1 })[column]
    for (const hour of [0, 1]) past.run(hour, { z: 'w', a: 'w', c: 'w', b: 'w', d: 'c' }, { importance })
    const first = past.events.find(({ reason }) => reason === 'first')!
    expect(first.members.map(({ column }) => column)).toEqual(['d', 'b', 'c', 'a', 'z'])
    expect(first.summary).toBe(
      '5 features of shop have drifted from baseline 1 (training) since 5 Jan 2026 00:00 UTC (critical), ' +
        'most of all "d": it is c.',
    )
  })

  it('says of concept and performance what they are, not that they drift', () => {
    const past = new Past()
    for (const hour of [0, 1])
      past.run(hour, { 'concept/score': 'c', 'concept/origin': 'w', 'performance/log_loss': 'w' })
    const first = past.events.filter(({ scope, reason }) => scope === 'alert' && reason === 'first')
    expect(first.map(({ summary }) => summary)).toEqual([
      'In shop, how the label relates to 2 columns has changed from baseline 1 (training) since 5 Jan 2026 00:00 UTC ' +
        '(critical), most of all "score": it is c.',
      'shop has performed worse than baseline 1 (training) since 5 Jan 2026 00:00 UTC (warning): it is w.',
    ])
    const [concept, performance] = first.map((event) => buildMessage([event], () => 'link'))
    expect(concept.title).toBe('[critical] Concept drift in shop: score and 1 more')
    expect(concept.recommendation).toMatch(/^Retraining alone is not enough/)
    expect(performance.title).toBe('[warning] Performance loss in shop: Log loss')
    expect(performance.recommendation).toContain('but not for concept drift')
  })

  it.each([
    ['no_data', 'Check that predictions are being logged and that they reach Driftgauge.'],
    ['error', 'Search the service log for "the monitor failed" and the name of the monitor; check that ClickHouse responds and has free disk space.'],
  ])('says what to do about the finding %s', (finding, advice) => {
    const [first] = new Past().run(0, { [`data/${finding}`]: 'w' }).filter(({ scope }) => scope === 'alert')
    expect(recommendation(first)).toBe(advice)
    expect(buildMessage([first], () => 'link').recommendation).toBe(advice)
  }) // prettier-ignore

  it('says what has ended, and after how long', () => {
    const past = runLine('wwwwoo')
    const { summary, members } = past.events.at(-1)!
    expect(summary).toBe(
      'The feature drift of shop has ended for "amount" after 5 hours (it began 5 Jan 2026 00:00 UTC), ' +
        'compared with baseline 1 (training).',
    )
    expect(members).toMatchObject([{ column: 'amount', explanation: 'It is o.' }])
  })

  it('keeps names of users from breaking out of the line', () => {
    const past = new Past()
    const nasty = 'amount\r\nX: \u202ey\ud800'
    for (const hour of [0, 1]) past.run(hour, { [nasty]: 'w' })
    const { summary } = past.events.at(-1)!
    expect(summary).toContain('Feature "amount X:  y\ufffd" of shop has drifted')
  })
})

it('what members were compared with is named, as far as it fits a sentence', () => {
  const names = (...versions: string[]) =>
    describeBaselines(
      versions.map((version) => ({ version })),
      (version) => `baseline ${version || '1'}`,
    )
  expect(names('')).toBe('baseline 1')
  expect(names('', '1', '2', '2')).toBe('baseline 1 and baseline 2')
  expect(names('', '2', '3')).toBe('3 baselines')
  expect(describeBaselines([{ version: '' }], undefined)).toBeUndefined()
})

describe('members that the monitor no longer checks', () => {
  it('are held while nobody says so, and resolved once somebody does', () => {
    const past = new Past()
    for (const hour of [0, 1]) past.run(hour, { a: 'w', b: 'w' })
    for (const hour of [2, 3, 4]) expect(past.run(hour, { b: 'w' })).toEqual([])
    const watches = ({ column }: { column: string }) => column === 'b'
    expect(told(past.run(5, { b: 'w' }, { watches }), 'member')).toEqual(['5 resolved'])
    const ended = past.run(6, {}, { watches: () => false })
    expect(told(ended, 'alert')).toEqual(['6 all_resolved'])
    expect(ended[0].summary).toBe('Feature "b" of shop has resolved: the monitor no longer checks it.')
  })
})

describe('kinds that are evaluated at other times', () => {
  it('are left alone, by what is open and by what is no longer watched', () => {
    const past = new Past()
    for (const hour of [0, 1]) past.run(hour, { a: 'w', 'label/label': 'c' })
    const none = { kinds: ['label'], watches: () => false }
    expect(told(past.run(2, {}, none), 'alert')).toEqual(['2 all_resolved'])
    expect(
      past
        .standing()
        .map(({ kind, scope, status }) => `${kind} ${scope} ${status}`)
        .sort(),
    ).toEqual([
      'feature alert firing',
      'feature member firing',
      'label alert resolved',
      'label member resolved',
    ])
    expect(past.run(3, { a: 'c', 'label/label': 'c' }, { kinds: ['label'] })).toHaveLength(1)
  })
})

describe('a window that is computed again', () => {
  it('adds nothing when nothing changed', () => {
    const past = runLine('owwcwoowwoo')
    const before = past.events.length
    ;[...'owwcwoowwoo'].forEach((letter, hour) => expect(past.run(hour, { amount: letter })).toEqual([]))
    expect(past.events).toHaveLength(before)
  })

  it('found to be a breach by late rows: the alert is told of, once', () => {
    const past = runLine('oow')
    expect(past.run(1, { amount: 'w' }).map(({ reason }) => reason)).toEqual(['pending'])
    expect(past.run(2, { amount: 'w' }).map(({ reason }) => reason)).toEqual(['firing', 'first'])
    expect(past.run(3, { amount: 'w' })).toEqual([])
  })

  it('found to be clean: what was sent stands, and resolves in its time', () => {
    const past = runLine('oww')
    expect(past.run(2, { amount: 'o' })).toEqual([])
    expect(past.run(3, { amount: 'o' }).map(({ reason }) => reason)).toEqual(['resolved', 'all_resolved'])
  })

  it('fired, and would only have lapsed by now: it stays fired until it is resolved', () => {
    const past = runLine('wow')
    expect(past.run(2, { amount: 'o' })).toEqual([])
    expect(past.run(3, { amount: 'o' }).map(({ reason }) => reason)).toEqual(['resolved', 'all_resolved'])
  })

  it('worse each time it is computed: an event is never rewritten, the next window tells the rest', () => {
    const past = new Past()
    for (const hour of [0, 1]) past.run(hour, { a: 'w', b: hour ? 'o' : 'w', c: hour ? 'o' : 'w' })
    const [, sent] = past.run(1, { a: 'w', b: 'w', c: 'o' })
    expect(told(past.run(1, { a: 'w', b: 'w', c: 'w' }), 'alert')).toEqual([])
    expect(past.events).toContain(sent)
    expect(told(past.run(2, { a: 'w', b: 'w', c: 'w' }), 'alert')).toEqual(['2 new_members'])
  })

  it('fired, though a later window has lapsed since: the alert lives on and resolves in its time', () => {
    const past = runLine('woo')
    expect(past.run(1, { amount: 'c' }).map(({ reason }) => reason)).toEqual(['firing', 'first'])
    const [correction] = past.run(2, { amount: 'o' })
    expect(correction).toMatchObject({ reason: 'recomputed', status: 'firing', severity: 'critical' })
    expect(past.run(3, { amount: 'o' }).map(({ reason }) => reason)).toEqual(['resolved', 'all_resolved'])
  })

  it('fired earlier than it was seen: the alert is not ended by what was pending', () => {
    const past = runLine('oow')
    past.run(0, { amount: 'w' })
    expect(past.run(1, { amount: 'w' }).map(({ reason }) => reason)).toEqual(['firing', 'first'])
    expect(past.run(2, { amount: 'w' }).map(({ reason }) => reason)).toEqual(['recomputed'])
    expect(past.run(3, { amount: 'w' })).toEqual([])
  })

  it('found to be worse for another column as well', () => {
    const past = new Past()
    for (const hour of [0, 1]) past.run(hour, { a: 'w', b: hour === 0 ? 'w' : 'o' })
    expect(told(past.run(1, { a: 'w', b: 'w' }), 'alert')).toEqual(['1 new_members'])
    expect(told(past.run(1, { a: 'w', b: 'w' }), 'alert')).toEqual([])
    expect(told(past.run(2, { a: 'w', b: 'w' }), 'alert')).toEqual([])
  })

  it('resolved it, and is a breach after all: it counts again', () => {
    const past = runLine('wwoo')
    expect(past.run(3, { amount: 'w' })).toEqual([])
    expect(past.run(4, { amount: 'w' }).map(({ reason }) => reason)).toEqual(['firing', 'first'])
  })
})

describe('whatever happens', () => {
  const letters = fc.constantFrom(...'ooowwcine.')
  const window = fc.record({ a: letters, b: letters, 'prediction/p': letters })
  const policies = fc.record({
    fire: fc.constantFrom({ n: 1, m: 1 }, { n: 2, m: 3 }, { n: 3, m: 3 }, { n: 2, m: 5 }),
    resolve: fc.integer({ min: 1, max: 3 }),
    repeat: fc.constantFrom(2 * HOUR, 24 * HOUR),
  })
  const lives = fc.array(window, { minLength: 1, maxLength: 40 })

  const simulate = (policy: AlertPolicy, windows: Record<string, string>[]) => {
    const past = new Past(policy)
    windows.forEach((verdicts, hour) => past.run(hour, verdicts))
    return past
  }

  it('nothing resolves before it fires, nothing fires twice in a row, ids differ', () => {
    fc.assert(
      fc.property(policies, lives, (policy, windows) => {
        const { events } = simulate(policy, windows)
        expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
        const status = new Map<string, string>()
        for (const event of events) {
          const key = `${event.scope} ${memberKey(event)}`
          const was = status.get(key) ?? 'ok'
          if (event.status === 'resolved') expect(was).toBe('firing')
          if (event.reason === 'firing' || event.reason === 'first') expect(was).not.toBe('firing')
          if (['raised', 'repeat', 'new_members', 'severity_raised'].includes(event.reason))
            expect(was).toBe('firing')
          if (event.reason === 'lapsed') expect(was).toBe('pending')
          status.set(key, event.status)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('an alert fires exactly while one of its members does', () => {
    fc.assert(
      fc.property(policies, lives, (policy, windows) => {
        const past = new Past(policy)
        const status = new Map<string, string>()
        windows.forEach((verdicts, hour) => {
          past.run(hour, verdicts).forEach((e) => status.set(`${e.scope} ${memberKey(e)}`, e.status))
          for (const kind of ['feature', 'prediction']) {
            const firing = [...status].some(
              ([key, s]) => key.startsWith(`member ["${kind}"`) && s === 'firing',
            )
            const alert = [...status].find(([key]) => key.startsWith(`alert ["${kind}"`))?.[1] === 'firing'
            expect(alert).toBe(firing)
          }
        })
      }),
      { numRuns: 200 },
    )
  })

  it('running any windows again, in any order, changes nothing', () => {
    fc.assert(
      fc.property(policies, lives, fc.array(fc.nat()), (policy, windows, again) => {
        const past = simulate(policy, windows)
        for (const number of again) {
          const hour = number % windows.length
          expect(past.run(hour, windows[hour])).toEqual([])
        }
      }),
      { numRuns: 200 },
    )
  })

  it('verdicts that change within the last three windows: alerts and members agree, nothing is said twice', () => {
    fc.assert(
      fc.property(
        policies,
        lives,
        fc.array(fc.tuple(window, window, window)),
        (policy, windows, corrections) => {
          const past = new Past(policy)
          windows.forEach((verdicts, hour) => {
            past.run(hour, verdicts)
            const correction = corrections[hour]
            if (correction === undefined || hour < 2) return
            correction.forEach((verdicts, i) => past.run(hour - 2 + i, verdicts))
            correction.forEach((verdicts, i) => expect(past.run(hour - 2 + i, verdicts)).toEqual([]))
            for (const kind of ['feature', 'prediction']) {
              const standing = past.standing().filter((event) => event.kind === kind)
              const firing = (scope: string) =>
                standing.some((e) => e.scope === scope && e.status === 'firing')
              expect(firing('alert')).toBe(firing('member'))
            }
          })
          const ids = past.events.map(({ id }) => id)
          expect(new Set(ids).size).toBe(ids.length)
          const fired = new Set<string>()
          for (const event of past.events.filter(({ scope }) => scope === 'alert')) {
            if (event.status === 'resolved') expect(fired).toContain(event.kind)
            else fired.add(event.kind)
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

import { describe, expect, test } from 'vitest'
import { planFirstHours, planLabels } from '../../../alerts/retraining/baseline-plan.ts'

const HOUR = 3_600_000
const at = (hour: number) => new Date(Date.UTC(2026, 0, 5) + hour * HOUR)
const iso = (hour: number) => at(hour).toISOString()

describe('the first hours of a new version, reported at hour 100', () => {
  const plan = (now: number, since?: number, before?: number) =>
    planFirstHours({
      version: '4',
      length: 24 * HOUR,
      reportedAt: at(100),
      since: since === undefined ? undefined : at(since),
      before: before === undefined ? undefined : at(before),
      now: at(now),
    })

  test.each<[string, Parameters<typeof plan>, string, number | undefined]>([
    ['no prediction', [101], 'the first prediction of version "4"', undefined],
    [
      'the first one',
      [110, 110],
      'the first 24 hours of version "4", of which 0 have passed; expected 10 Jan 2026 14:00 UTC',
      134,
    ],
    [
      'half of them',
      [122.5, 110],
      'the first 24 hours of version "4", of which 12 have passed; expected 10 Jan 2026 14:00 UTC',
      134,
    ],
    [
      'only earlier ones, for a while',
      [123.9, undefined, 40],
      'a prediction of version "4" since the window of the alert; its earlier ones are used if none comes until 10 Jan 2026 04:00 UTC',
      124,
    ],
  ])('waits with %s', (_name, input, reason, expected) => {
    expect(plan(...input)).toEqual({
      plan: 'wait',
      reason,
      ...(expected !== undefined && { expected: at(expected) }),
    })
  })

  test.each<[string, Parameters<typeof plan>, number]>([
    ['once they have passed', [134, 110], 110],
    ['at once where the pipeline reported late', [100, 60], 60],
    ['of earlier ones where the version has stopped before the report', [124, undefined, 40], 40],
  ])('is made %s', (_name, input, from) => {
    expect(plan(...input)).toEqual({
      plan: 'make',
      window: { from: iso(from), to: iso(from + 24), version: '4' },
    })
  })

  test('is never made 30 days after the report', () => {
    expect(plan(100 + 30 * 24 + 1, 110)).toMatchObject({
      plan: 'never',
      reason: expect.stringContaining('30 days'),
    })
  })
})

describe('the labels of a baseline of hours 0 to 24', () => {
  const window = { from: iso(0), to: iso(24) }
  test.each<[string, { delay?: number; made: number; now: number }, unknown]>([
    [
      'are waited for',
      { delay: 48, made: 25, now: 30 },
      { plan: 'wait', reason: expect.stringContaining('8 Jan 2026 00:00 UTC'), expected: at(72) },
    ],
    ['have come', { delay: 48, made: 25, now: 72 }, { plan: 'make', window }],
    ['were there when it was made', { delay: 48, made: 72, now: 80 }, undefined],
    [
      'take nobody knows how long',
      { made: 25, now: 30 },
      { plan: 'wait', reason: expect.stringContaining('not known') },
    ],
  ])('%s', (_name, { delay, made, now }, expected) => {
    const known = delay === undefined ? undefined : delay * HOUR
    expect(planLabels(window, { to: at(24), delay: known, madeAt: at(made), now: at(now) })).toEqual(expected)
  })
})

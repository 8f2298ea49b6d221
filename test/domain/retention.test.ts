import { describe, expect, test } from 'vitest'
import { readConfig } from '../../config.ts'
import { cutoffOf, DEFAULT_RETENTION, FOREVER, keepProblem, retentionOf } from '../../domain/retention.ts'

const NOW = new Date('2026-03-17T14:30:00Z')

describe('how long data are kept', () => {
  test.each([
    ['events', '62d', '2026-01-01T00:00:00.000Z'],
    ['results', '75d', '2026-01-01T00:00:00.000Z'],
    ['counts', '76d', '2025-12-01T00:00:00.000Z'],
    ['dead_letters', '1d', '2026-03-16T00:00:00.000Z'],
    ['audit', '2w', '2026-03-03T00:00:00.000Z'],
  ] as const)('%s kept for %s go before %s, by whole months or days', (kind, keep, before) => {
    expect(cutoffOf(kind, keep, NOW)?.toISOString()).toBe(before)
  })

  test('what is kept for ever never goes', () => expect(cutoffOf('events', FOREVER, NOW)).toBeUndefined())

  test('a model overrides what the service says, and counts stay as long as events', () => {
    expect(retentionOf({ results: '100d' }, DEFAULT_RETENTION)).toEqual({
      events: '400d',
      counts: '800d',
      results: '100d',
      dead_letters: '90d',
    })
    expect(retentionOf({ events: FOREVER }, DEFAULT_RETENTION).counts).toBe(FOREVER)
    expect(retentionOf({ events: '70d', counts: '65d' }, DEFAULT_RETENTION).counts).toBe('70d')
  })

  test.each([
    ['events', '30d', /62d or longer/],
    ['audit', '', /whole number/],
    ['results', '2 months', /whole number/],
    ['results', '300d', undefined],
    ['alerts', FOREVER, undefined],
  ] as const)('%s for "%s"', (kind, keep, problem) => {
    if (problem === undefined) expect(keepProblem(kind, keep)).toBeUndefined()
    else expect(keepProblem(kind, keep)).toMatch(problem)
  })

  test('the environment changes single kinds, or keeps everything', () => {
    const read = (text: string) => readConfig({ DRIFTGAUGE_RETENTION: text }).retention
    expect(read('')).toEqual(DEFAULT_RETENTION)
    expect(read('events=180d, audit=forever')).toEqual({
      ...DEFAULT_RETENTION,
      events: '180d',
      audit: FOREVER,
    })
    expect(new Set(Object.values(read('forever')))).toEqual(new Set([FOREVER]))
    expect(() => read('event=180d')).toThrow(/DRIFTGAUGE_RETENTION: "event=180d": name one of events/)
    expect(() => read('events=1d')).toThrow(/keep events for 62d or longer/)
  })
})

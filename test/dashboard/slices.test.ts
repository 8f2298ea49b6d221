import { describe, expect, test } from 'vitest'
import { extendedHours } from '../../dashboard/result.ts'
import { gravest, worsePart } from '../../dashboard/slices.ts'

const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString()
const result = (segment: string, verdict: string, extra = {}) => ({
  kind: 'feature',
  column: 'x',
  segment,
  version: '',
  verdict,
  effect: 0.3,
  window_end: at(12),
  ...extra,
})

describe('the part of a model that is worse than the whole', () => {
  const whole = { kind: 'feature', column: 'x', verdict: 'warning' }
  const cell = { from: at(6), to: at(12) }
  const worse = (...results: ReturnType<typeof result>[]) => worsePart(results, whole, cell)?.segment

  test('is the worst of those with a graver verdict', () => {
    expect(
      worse(result('a', 'critical'), result('b', 'critical', { effect: 0.5 }), result('c', 'warning')),
    ).toBe('b')
  })

  test('is none where no part is graver', () => {
    expect(worse(result('', 'critical'), result('c', 'warning'), result('d', 'ok'))).toBeUndefined()
  })

  test('is of the same column and the same window', () => {
    expect(worse(result('a', 'critical', { column: 'y' }))).toBeUndefined()
    expect(worse(result('a', 'critical', { kind: 'concept' }))).toBeUndefined()
    expect(worse(result('a', 'critical', { window_end: at(6) }))).toBeUndefined()
    expect(worse(result('a', 'critical', { window_end: at(13) }))).toBeUndefined()
  })
})

test('the gravest of none is none', () => {
  expect(gravest([])).toBeUndefined()
})

test('a window counts as extended where it is clearly longer than usual', () => {
  const window = (hours: number) => ({ window_start: at(0), window_end: at(hours) })
  expect(extendedHours(window(24), 24)).toBeUndefined()
  expect(extendedHours(window(25), 24)).toBeUndefined()
  expect(extendedHours(window(72), 24)).toBe(72)
})

import { expect, test } from 'vitest'
import { asStored } from '../../../detectors/reproduce/as-stored.ts'

const rest = { pooled: { baseline: 0.9, window: 0.9 } }
const distance = { value: 0.25, pValue: 0 }

test.each([
  ['newer evidence that changed nothing', { verdict: 'ok', reason: 'stable' }, { verdict: 'ok', reason: 'stable', ...rest }, { verdict: 'ok', reason: 'stable' }],
  ['a change inside groups, not looked at then', { verdict: 'ok', reason: 'stable' }, { verdict: 'warning', reason: 'ks_distance', distance }, { verdict: 'ok', reason: 'stable' }],
  ['rare categories, called ok then', { verdict: 'ok', reason: 'stable' }, { verdict: 'insufficient_data', reason: 'too_many_categories', ...rest }, { verdict: 'ok', reason: 'stable' }],
  ['what is unconfirmed, called ok then', { verdict: 'ok', reason: 'stable' }, { verdict: 'unconfirmed', reason: 'not_significant' }, { verdict: 'ok', reason: 'stable' }],
  ['a breach then and now', { verdict: 'warning', reason: 'psi' }, { verdict: 'warning', reason: 'psi', distance }, { verdict: 'warning', reason: 'psi' }],
])('an earlier version: %s', (_, stored, recomputed, expected) => {
  expect(asStored(stored, recomputed)).toEqual(expected)
}) // prettier-ignore

test.each([
  [{ verdict: 'ok', reason: 'stable', ...rest }, { verdict: 'insufficient_data', reason: 'too_many_categories', ...rest }],
  [{ verdict: 'ok', reason: 'stable', distance }, { verdict: 'warning', reason: 'ks_distance', distance }],
  [{ verdict: 'warning', reason: 'psi' }, { verdict: 'ok', reason: 'stable' }],
])('this version: what differs still differs', (stored, recomputed) => {
  expect(asStored(stored, recomputed)).toEqual(recomputed)
}) // prettier-ignore

test('a statistic that came later is left out where the stored result lacks it, and no other', () => {
  const judged = { verdict: 'ok', reason: 'stable' }
  const recomputed = {
    ...judged,
    statistics: { psi: { value: 0.1 }, ks: { value: 0.2 }, hellinger: { value: 0.3 } },
  }
  const later = new Set(['hellinger'] as const)
  const known = (stored: object) =>
    Object.keys(asStored({ ...judged, statistics: stored }, recomputed, later).statistics)
  expect(known({ psi: { value: 0.1 } })).toEqual(['psi', 'ks'])
  expect(known({ psi: { value: 0.1 }, hellinger: { value: 0.4 } })).toEqual(['psi', 'ks', 'hellinger'])
})

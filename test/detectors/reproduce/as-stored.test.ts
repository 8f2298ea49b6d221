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

import { expect, test } from 'vitest'
import { REASONS, reasonName } from '../../dashboard/components/letters/reasons.ts'
import type { RejectionReason } from '../../ingest/decode/outcome.ts'

test('every reason to reject a record has a name, and an unknown one stands for itself', () => {
  const names: Readonly<Record<RejectionReason, string>> = REASONS
  expect(new Set(Object.values(names)).size).toBe(Object.keys(names).length)
  expect(['bad_ts', 'constructor', 'later'].map(reasonName)).toEqual([
    'Missing or invalid time',
    'constructor',
    'later',
  ])
})

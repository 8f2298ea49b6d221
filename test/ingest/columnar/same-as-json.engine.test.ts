import fc from 'fast-check'
import { beforeAll, test } from 'vitest'
import { cases, columnarComparison } from '../../suites/columnar.ts'
import { byDay } from '../../support/runner/by-day.ts'
import { temporaryStore } from '../../support/stores/store.ts'

let compare: ReturnType<typeof columnarComparison>
beforeAll(async () => {
  compare = columnarComparison(await temporaryStore(), ['Parquet', 'ArrowStream'])
})

test(
  'rows in columns are stored, rejected and reported as the same rows in JSON',
  { timeout: byDay(300_000, 1_800_000) },
  async () => {
    await fc.assert(fc.asyncProperty(cases, compare), { numRuns: byDay(15, 300) })
  },
)

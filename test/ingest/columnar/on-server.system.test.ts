import fc from 'fast-check'
import { beforeAll, describe, test } from 'vitest'
import { cases, columnarComparison } from '../../suites/columnar.ts'
import { columnarBodies } from '../../suites/columnar-bodies.ts'
import { byDay } from '../../support/runner/by-day.ts'
import { describeOnServer } from '../../support/stores/clickhouse-server.ts'
import { temporaryServerStore } from '../../support/stores/store.ts'

describeOnServer('bodies of columns on a ClickHouse server', () => {
  let url: string
  let compare: ReturnType<typeof columnarComparison>
  beforeAll(async () => {
    const store = await temporaryServerStore()
    url = store.location.url
    await store.rollup.command({ query: 'CREATE DATABASE columnar' })
    compare = columnarComparison(store, ['Parquet', 'ArrowStream'])
  })

  test(
    'rows in columns are stored, rejected and reported as the same rows in JSON',
    { timeout: byDay(300_000, 1_800_000) },
    async () => {
      await fc.assert(fc.asyncProperty(cases, compare), { numRuns: byDay(10, 100) })
    },
  )

  describe('over HTTP', () => columnarBodies(async () => ({ CLICKHOUSE_URL: `${url}/columnar` })))
})

import { sourceSuite } from '../../suites/sources.ts'
import { atEnd } from '../../support/runner/at-end.ts'
import { describeOnServer } from '../../support/stores/clickhouse-server.ts'
import { describeOnPostgres, startPostgres } from '../../support/stores/postgres.ts'
import { temporaryServerStore, temporaryStore } from '../../support/stores/store.ts'

describeOnServer('batch sources on a ClickHouse server', () => {
  describeOnPostgres('with PostgreSQL', () => {
    sourceSuite(
      async () => {
        const [store, postgres] = await Promise.all([temporaryServerStore(), startPostgres()])
        atEnd(() => postgres.stop())
        return { CLICKHOUSE_URL: store.location.url, DATABASE_URL: await postgres.createSchema() }
      },
      // A server writes no files for others.
      temporaryStore,
    )
  })
})

import { sourceSuite } from '../../suites/sources.ts'
import { describeOnServer } from '../../support/stores/clickhouse-server.ts'
import { temporaryServerStore, temporaryStore } from '../../support/stores/store.ts'

describeOnServer('batch sources on a ClickHouse server', () => {
  sourceSuite(
    async () => ({ CLICKHOUSE_URL: (await temporaryServerStore()).location.url }),
    // A server writes no files for others.
    temporaryStore,
  )
})

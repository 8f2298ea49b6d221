import { erasureTests } from '../../suites/erasure.ts'
import { describeOnServer } from '../../support/stores/clickhouse-server.ts'
import { temporaryServerStore } from '../../support/stores/store.ts'

describeOnServer('on a ClickHouse server', () => erasureTests(temporaryServerStore))

import { profileSuite } from '../../suites/profiles.ts'
import { describeOnServer } from '../../support/stores/clickhouse-server.ts'
import { temporaryServerStore } from '../../support/stores/store.ts'

describeOnServer('profiles equal a brute-force count, on a ClickHouse server', () =>
  profileSuite(temporaryServerStore),
)

import { profileSuite } from '../../suites/profiles.ts'
import { describeOnServer } from '../../support/clickhouse-server.ts'
import { temporaryServerStore } from '../../support/store.ts'

describeOnServer('profiles equal a brute-force count, on a ClickHouse server', () =>
  profileSuite(temporaryServerStore),
)

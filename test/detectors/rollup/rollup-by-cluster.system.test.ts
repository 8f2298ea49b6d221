import { profileSuite } from '../../suites/profiles.ts'
import { describeOnCluster } from '../../support/stores/clickhouse-server.ts'
import { temporaryClusterStore } from '../../support/stores/store.ts'

describeOnCluster('profiles equal a brute-force count, on two shards', () =>
  profileSuite(temporaryClusterStore),
)

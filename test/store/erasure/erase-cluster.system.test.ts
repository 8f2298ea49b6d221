import { erasureTests } from '../../suites/erasure.ts'
import { describeOnCluster } from '../../support/stores/clickhouse-server.ts'
import { temporaryClusterStore } from '../../support/stores/store.ts'

describeOnCluster('on two shards', () => erasureTests(temporaryClusterStore))

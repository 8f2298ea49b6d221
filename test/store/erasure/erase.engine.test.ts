import { erasureTests } from '../../suites/erasure.ts'
import { temporaryStore } from '../../support/stores/store.ts'

erasureTests(temporaryStore)

import { describe } from 'vitest'
import { profileSuite } from '../../suites/profiles.ts'
import { temporaryStore } from '../../support/stores/store.ts'

describe('profiles equal a brute-force count, ClickHouse embedded', () => profileSuite(temporaryStore))

import { describe } from 'vitest'
import { profileSuite } from './suites/profiles.ts'
import { temporaryServerStore } from './support/store.ts'

describe('profiles equal a brute-force count, ClickHouse reached by URL', () =>
  profileSuite(temporaryServerStore))

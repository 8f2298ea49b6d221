import { describe } from 'vitest'
import { crashSuite } from '../suites/crash.ts'

describe('SIGKILL at every write of a tick', () => crashSuite('before'))

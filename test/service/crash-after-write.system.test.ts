import { describe } from 'vitest'
import { crashSuite } from '../suites/crash.ts'
import { locally } from '../support/runner/by-day.ts'

describe('SIGKILL at the writes of a tick', () => crashSuite('after', { stride: locally(10, 1) }))

import { describe } from 'vitest'
import { crashSuite } from '../suites/crash.ts'
import { byDay } from '../support/runner/by-day.ts'

// Right after a write is right before the next one, so that every second of both is every state there is.
describe('SIGKILL at the writes of a tick', () => crashSuite('after', { stride: byDay(7, 1) }))

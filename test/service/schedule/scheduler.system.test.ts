import { describe } from 'vitest'
import { schedulerSuite } from '../../suites/scheduler.ts'

describe('ten days of hourly evaluations', () => schedulerSuite(1))

import { describe } from 'vitest'
import { schedulerSuite } from '../../suites/scheduler.ts'

describe('a quarter of hourly evaluations', () => schedulerSuite(13))

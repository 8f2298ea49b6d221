import { describe } from 'vitest'
import { schedulerSuite } from '../../suites/scheduler.ts'
import { WEEK_HOURS } from '../../suites/simulation.ts'

describe('a quarter of hourly evaluations', () => schedulerSuite(13 * WEEK_HOURS))

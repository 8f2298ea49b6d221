import { describe } from 'vitest'
import { schedulerSuite } from '../../suites/scheduler.ts'

describe('a week of hourly evaluations', () => schedulerSuite(1))

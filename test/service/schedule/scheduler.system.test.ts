import { describe } from 'vitest'
import { schedulerSuite } from '../../suites/scheduler.ts'
import { WEEK_HOURS } from '../../suites/simulation.ts'
import { byDay } from '../../support/runner/by-day.ts'

/** The first fault is over by then, and the service was stopped once. */
const BEGINNING = 76

describe('a week of hourly evaluations', () => schedulerSuite(byDay(BEGINNING, WEEK_HOURS)))

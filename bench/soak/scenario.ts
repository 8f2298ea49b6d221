import { DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS } from '../../domain/time.ts'

/** Six weeks from here reach into two more months, and events are deleted by the month. */
export const START = Date.UTC(2025, 0, 26)
/** Events are sent, and the service looks for what is due, once in each step. */
export const STEP_MS = HOUR_MS
/** The service deletes old data at 17 minutes past, and windows are complete after ten. */
export const CLOCK_IN_STEP_MS = 17 * MINUTE_MS
export const STEPS_A_DAY = DAY_MS / STEP_MS
/** What the whole scenario would be. */
export const FULL_RATE = 50

export interface Outage {
  step: number
  /** The first lets the service finish; the second comes while events are sent and counted. */
  signal: 'SIGTERM' | 'SIGKILL'
  /** Steps until it is started again. */
  down: number
}

export interface Scenario {
  /** Predictions a second, on average over a day. */
  rate: number
  steps: number
  /** Counts are compared every so many steps. */
  auditSteps: number
  /** Predictions that are stored before the start, in some of the steps. */
  history: { from: number; everySteps: number; perStep: number }
  /** Pages are read every so many steps. */
  readSteps: number
  outages: readonly Outage[]
  /** Days, counted from the start, on which the values of a feature are higher than in the baseline. */
  shifted: readonly number[]
  /** Days on which the labels do not depend on the scores. */
  unpredictable: readonly number[]
}

const hours = (count: number) => (count * HOUR_MS) / STEP_MS
const outage = (hour: number, signal: Outage['signal'], downHours = 0): Outage => ({
  step: hours(hour),
  signal,
  down: hours(downHours),
})

export const SIX_WEEKS: Omit<Scenario, 'rate'> = {
  steps: (6 * WEEK_MS) / STEP_MS,
  auditSteps: WEEK_MS / STEP_MS,
  history: { from: Date.UTC(2024, 9, 1), everySteps: 1, perStep: 150 },
  readSteps: 3,
  outages: [
    outage(40, 'SIGTERM'),
    outage(100, 'SIGKILL'),
    outage(200, 'SIGKILL', 1),
    outage(290, 'SIGTERM', 6),
    outage(401, 'SIGKILL'),
    // Longer than the 24 windows of a monitor that are evaluated first.
    outage(550, 'SIGTERM', 30),
    outage(640, 'SIGKILL', 2),
    outage(770, 'SIGKILL'),
    outage(880, 'SIGTERM', 1),
    outage(970, 'SIGKILL', 3),
  ],
  shifted: [9, 10, 11, 31, 32],
  unpredictable: [20, 21, 22, 23],
}

export const TINY: Scenario = {
  rate: 0.02,
  steps: hours(6),
  auditSteps: hours(3),
  history: { from: Date.UTC(2024, 9, 30), everySteps: STEPS_A_DAY, perStep: 40 },
  readSteps: 1,
  outages: [outage(1, 'SIGKILL'), outage(4, 'SIGTERM', 1)],
  shifted: [],
  unpredictable: [],
}

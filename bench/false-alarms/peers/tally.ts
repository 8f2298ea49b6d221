import { isBreach } from '../../../domain/verdict.ts'
import { Members } from '../members.ts'
import type { Verdicts } from './own-rules.ts'

/** What a rule did in a stream that does not change. */
export interface Tally {
  evaluations: number
  /** New alerts of the model. */
  alerts: number
  /** Share of the evaluations in which the alert fires. */
  inAlert: number
  /** Share of the evaluations in which a column is beyond its threshold, whether an alert follows or not. */
  drifted: number
  /** The most columns beyond their thresholds in one window. */
  mostAtOnce: number
}

export function tally(verdicts: Verdicts): Tally {
  const members = new Members(verdicts[0].length)
  let [alerts, firing, drifted, mostAtOnce] = [0, 0, 0, 0]
  for (const [hour, one] of verdicts.entries()) {
    const stepped = members.step(hour, one)
    if (stepped.alerts) alerts++
    if (stepped.firing) firing++
    const breaches = one.filter(isBreach).length
    if (breaches > 0) drifted++
    mostAtOnce = Math.max(mostAtOnce, breaches)
  }
  const n = verdicts.length
  return { evaluations: n, alerts, inAlert: firing / n, drifted: drifted / n, mostAtOnce }
}

/** When a rule found a change. */
export interface Found {
  /** Hours from the change to the alert; Infinity where it is not found. */
  delay: number
  /** The alert was firing already when the change came. */
  before: boolean
}

/** @param change the evaluation that is the first to see some changed rows */
export function found(verdicts: Verdicts, change: number): Found {
  const members = new Members(verdicts[0].length)
  const firing = verdicts.map((one, hour) => members.step(hour, one).firing)
  const at = firing.indexOf(true, change)
  return { delay: at < 0 ? Infinity : at - change + 1, before: firing[change - 1] }
}

/** The whole data set as the only member: it drifts when at least this share of the columns does. */
export function datasetVerdicts(verdicts: Verdicts, share: number): Verdicts {
  return verdicts.map((one) => [one.filter(isBreach).length >= share * one.length ? 'warning' : 'ok'])
}

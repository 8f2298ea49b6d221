import type { Answer } from '../queries/answer.ts'

type VerdictCounts = Answer<'getIncidentSummary'>['total']

export interface Hint {
  text: string
  /** Whether the monitor's form is where to go on. */
  tune: boolean
}

/** What to do about a monitor, by what its alerts turned out to be. */
export function hintOf({ true_drift, data_fault, false_alarm, precision }: VerdictCounts): Hint {
  const judged = true_drift + data_fault + false_alarm
  if (precision === null)
    return { text: 'None judged yet. Close their incidents with a verdict.', tune: false }
  if (false_alarm === 0) return { text: `No false alarm among ${judged} judged.`, tune: false }
  if (precision.high < 0.5)
    return {
      text: 'Most of its alerts are false alarms. Raise its thresholds, or have it fire after more breaches.',
      tune: true,
    }
  if (precision.low >= 0.5) return { text: 'Most of its alerts are right.', tune: false }
  return {
    text: `${false_alarm} of ${judged} judged were false alarms; with so few, that can be chance. If they disturb you, have it fire after more breaches, or raise its thresholds.`,
    tune: true,
  }
}

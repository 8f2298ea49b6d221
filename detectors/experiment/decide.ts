import type { ExperimentDecision, ExperimentHours, ExperimentRule } from './experiment.ts'
import { decidedSentence, inconclusiveSentence, undecidedSentence } from './sentences.ts'
import { experimentSequence, type Sequence } from './sequence.ts'

export interface ExperimentProgress {
  /** All hours before this instant are mature and were handed in, epoch milliseconds. */
  matureUntil: number
  /** What was decided earlier: it stays, whatever labels are corrected afterwards. */
  earlier?: ExperimentDecision | undefined
}

export interface ExperimentOutcome extends Sequence {
  decision: ExperimentDecision
}

/** The state of an experiment after its mature hours, with the reason. The first look that decides is final. Pure. */
export function decideExperiment(
  hours: ExperimentHours,
  rule: ExperimentRule,
  { matureUntil, earlier }: ExperimentProgress,
): ExperimentOutcome {
  const sequence = experimentSequence(hours, rule)
  return { ...sequence, decision: decisionOf(hours.design, sequence, rule, { matureUntil, earlier }) }
}

function decisionOf(
  design: ExperimentHours['design'],
  { points }: Sequence,
  rule: ExperimentRule,
  { matureUntil, earlier }: ExperimentProgress,
): ExperimentDecision {
  if (earlier !== undefined && earlier.state !== 'undecided') return earlier
  const deciding = points.find(({ state }) => state !== 'undecided')
  if (deciding !== undefined)
    return { state: deciding.state, reason: decidedSentence(deciding, rule, design), point: deciding }
  const point = points.at(-1)
  const about = { point, rule, design }
  if (rule.end !== undefined && matureUntil >= rule.end)
    return { state: 'inconclusive', reason: inconclusiveSentence(about), point }
  return { state: 'undecided', reason: undecidedSentence(about), point }
}

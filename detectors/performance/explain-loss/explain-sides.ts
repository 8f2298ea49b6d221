import type { DecidingMetric } from '../../../control/declared/performance-metric.ts'
import type { BaselineColumn } from '../../../store/profiles/baselines.ts'
import type { LabelScale } from '../../../store/labelled/label-scale.ts'
import type { LabelledColumn } from '../../../store/labelled/labelled-profiles.ts'
import { explainLoss, lookedAt, type Looked, type LossExplanation } from './explain-loss.ts'
import { explanationSentence } from './explain-sentence.ts'
import { lossColumns, type LossColumn } from './loss-columns.ts'

/** What a stored evaluation says on where a change comes from. */
export type Explained = LossExplanation | { status: 'not_counted'; side: 'baseline' | 'window' }

/** What it is computed from: the columns that are kept, and among how many they were found. */
export interface ExplainedInput {
  looked: Looked
  columns: readonly LossColumn[]
}

/** Columns that are kept, those that explain most. */
export const MAX_EXPLAINED = 20

/** The losses by bin of a window and of what it is compared with; each with the row of all losses. */
export type LossSides = Record<'baseline' | 'window', readonly LabelledColumn[]>

/** Where the change of a metric comes from. Pure. */
export function explainSides(
  sides: LossSides,
  columns: readonly BaselineColumn[],
  scale: LabelScale,
  metric: DecidingMetric,
): { explained: Explained; input?: ExplainedInput } {
  const found = lossColumns(sides, columns, scale, metric)
  if (found.status === 'not_counted') return { explained: found }
  const all = explainLoss(found.columns)
  const key = ({ role, column }: { role: string; column: string }) => `${role} ${column}`
  const byKey = new Map(found.columns.map((column) => [key(column), column]))
  const kept = all.columns.slice(0, MAX_EXPLAINED)
  return {
    explained: { ...all, columns: kept },
    input: { looked: lookedAt(found.columns), columns: kept.map((one) => byKey.get(key(one))!) },
  }
}

/** As {@link explainSides}, again from what is stored. */
export function explainAgain({ looked, columns }: ExplainedInput): LossExplanation {
  return explainLoss(columns, looked)
}

/** The explanation in a sentence, which also says why there is none. */
export function explainedSentence(
  metric: DecidingMetric,
  explained: Explained,
  input: ExplainedInput | undefined,
): string {
  if (explained.status === 'not_counted')
    return `What explains the change is not known: losses by bin were not yet kept when ${explained.side === 'baseline' ? 'the baseline was made' : 'the hours of the window were counted'}. Make a new baseline and activate it, which also counts the stored hours again.`
  return explanationSentence(
    metric,
    explained,
    (best) => input!.columns.find(({ role, column }) => role === best.role && column === best.column)!.labels,
  )
}

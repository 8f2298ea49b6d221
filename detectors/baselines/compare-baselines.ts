import { COMPARISON_LEVEL } from '../verdict/comparison-level.ts'
import { DEFAULT_RULE, judgeColumn, type Judgement } from '../verdict/judge.ts'
import type { StoredColumn } from '../../store/profiles/baselines.ts'
import { overOlderBins, type SameBins } from './over-bins.ts'

export interface ComparedColumn extends SameBins {
  name: string
  role: string
  judgement: Judgement
}

/** Two baselines of one model, column by column. */
export interface BaselineComparison {
  /** The ones that differ most come first. */
  compared: ComparedColumn[]
  /** In both, but not to be compared. */
  refused: { name: string; role: string; reason: string }[]
  onlyOlder: Pick<StoredColumn, 'name' | 'role'>[]
  onlyNewer: Pick<StoredColumn, 'name' | 'role'>[]
}

/** Judges each column by the default rule, as `driftgauge compare` does: all columns share the level of significance. */
export function compareBaselines(
  older: readonly StoredColumn[],
  newer: readonly StoredColumn[],
): BaselineComparison {
  const keyOf = ({ role, name }: StoredColumn) => JSON.stringify([role, name])
  const [before, now] = [older, newer].map((columns) => new Map(columns.map((one) => [keyOf(one), one])))
  const both = older.flatMap((one) => {
    const other = now.get(keyOf(one))
    return other === undefined ? [] : [{ ...one, outcome: overOlderBins(one, other) }]
  })
  const rule = { ...DEFAULT_RULE, alpha: COMPARISON_LEVEL / Math.max(1, both.length) }
  const compared = both.flatMap(({ role, name, outcome }) =>
    'reason' in outcome
      ? []
      : [{ role, name, ...outcome, judgement: judgeColumn(outcome.input, { ...rule, classes: isOfClasses(role) }) }],
  ) // prettier-ignore
  return {
    compared: compared.sort((a, b) => rank(b) - rank(a) || distance(b) - distance(a)),
    refused: both.flatMap(({ role, name, outcome }) =>
      'reason' in outcome ? [{ role, name, reason: outcome.reason }] : [],
    ),
    onlyOlder: older.filter((one) => !now.has(keyOf(one))),
    onlyNewer: newer.filter((one) => !before.has(keyOf(one))),
  }
}

const isOfClasses = (role: string) => role === 'label' || role === 'prediction'
const rank = ({ judgement }: ComparedColumn) => judgement.effect ?? -Infinity
const distance = ({ judgement }: ComparedColumn) => judgement.distance?.value ?? 0

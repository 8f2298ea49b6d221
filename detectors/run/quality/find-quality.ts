import { rulesIn } from '../../../domain/constraints.ts'
import type { Feature, Model } from '../../../control/declared/model.ts'
import { windowStart } from '../../../domain/monitor-window.ts'
import type { BaselineColumn } from '../../../store/profiles/baselines.ts'
import {
  qualityCountsIn,
  readQualityCounts,
  type QualityCounts,
} from '../../../store/profiles/quality-counts.ts'
import { hasOtherTolerance, skewCountsIn } from '../../../store/skew/skew-counts.ts'
import { outOfRangeChange } from '../../verdict/out-of-range.ts'
import { rowsOf } from '../../verdict/column-input.ts'
import { unseenChange } from '../../verdict/unseen.ts'
import { findingColumn, type QualityFinding } from '../../../domain/data-finding.ts'
import { evaluateQuality } from '../../quality/evaluate-quality.ts'
import type { ColumnQuality, QualityRule } from '../../quality/judge-column.ts'
import { summarySentence } from '../../quality/summary.ts'
import type { ColumnShares, QualitySummary } from '../../../domain/data-finding.ts'
import { findSteady } from './find-steady.ts'
import { findModelQuality } from './find-model-quality.ts'
import type { DriftSides } from '../drift-windows.ts'
import type { QualityMonitor, QualityRequest } from './quality-request.ts'
import type { Finding, Reference } from '../run-request.ts'

/** What a column's own quality is checked of: what the model gets and says, not what became of it. */
export function isQualityColumn({ role }: Pick<BaselineColumn, 'role'>): boolean {
  return role === 'feature' || role === 'prediction' || role === 'score'
}

/**
 * What is wrong with the data of a window, of each column and of all: a finding for each column that has any, and one for
 * the window itself that says what was checked. Stores nothing.
 */
export async function findQuality(
  request: QualityRequest,
  { baseline, columns }: Reference,
  sides: DriftSides,
  rule: QualityRule,
): Promise<Finding[]> {
  const { store, model, monitor, end } = request
  const start = windowStart(monitor, end)
  const counts = qualityCountsIn(model, sides.kept)
  const skew = skewCountsIn(model, sides.kept)
  const compared =
    sides.hours &&
    (await readQualityCounts(store, model, { binning: baseline.binning, spans: sides.hours.spans }))
  const invalidIn = (name: string) => compared?.invalid.get(name) ?? baseline.invalid?.[name] ?? 0
  const features = new Map(model.features.map((feature) => [feature.name, feature]))
  const steady = await findSteady(
    request,
    { baseline, columns: columns.filter(isQualityColumn) },
    sides,
    rule,
  )
  const checked = columns.filter(isQualityColumn).map((column) => {
    const feature = column.role === 'feature' ? features.get(column.name) : undefined
    return {
      ...qualityOf(column, sides, { counts, feature, invalidIn }),
      skew: feature === undefined ? undefined : skew.get(feature.name),
      steady: steady.found.get(column),
    }
  })
  const judged = checked.map((column) => ({ column, found: evaluateQuality(column, rule) }))
  const rows = Math.max(0, ...checked.map(({ window }) => rowsOf(window).n))
  const { findings: ofModel, undecided } = await findModelQuality(
    request,
    { baseline, columns },
    { rows, counts, rule },
  )
  const summary: QualitySummary = {
    rows,
    columns: judged.map(({ column, found }) => sharesOf(column, found?.evaluation.findings ?? [], rule)),
    model: ofModel,
    undecided: [...undecided, ...steady.undecided, ...undecidedSkew(model, sides.kept, checked, rule)],
  }
  const common = { kind: 'data' as const, start, statistics: {}, rule: { ...rule, monitor: asked(monitor) } }
  return [
    {
      ...common,
      column: '',
      verdict: 'ok',
      reason: 'checked',
      explanation: summarySentence(summary),
      evaluation: summary,
      identity: { baseline: '', window: summary },
    },
    ...judged.flatMap(({ column, found }) => {
      if (found === undefined) return []
      const name = column.isFeature ? findingColumn(column.name) : column.name
      return [{ ...toFinding(common, name, found.worst, found.evaluation), inputs: column }]
    }),
    ...ofModel.map((finding) => toFinding(common, finding.finding, finding, { findings: [finding] })),
  ]
}

/** Where there are reference features, but not all can be judged, or of no column enough. */
function undecidedSkew(
  model: Model,
  kept: DriftSides['kept'],
  columns: readonly ColumnQuality[],
  { minRows }: QualityRule,
): QualitySummary['undecided'] {
  if (hasOtherTolerance(model, kept))
    return [{ finding: 'skew', until: 'all hours are counted with the tolerance that is declared now' }]
  const compared = Math.max(0, ...columns.map(({ skew }) => skew?.rows ?? 0))
  if (compared === 0 || compared >= minRows) return []
  return [{ finding: 'skew', until: `${minRows} rows of a window have reference features` }]
}

/** What of a monitor the verdict depends on, so that it can be reached again. */
function asked({
  name,
  window,
  every,
  timezone,
  cadence,
  label_delay,
  baseline,
}: QualityMonitor): QualityMonitor {
  return { name, window, every, timezone, cadence, label_delay, baseline }
}

type Common = Pick<Finding, 'kind' | 'start' | 'statistics' | 'rule'>

function toFinding(
  common: Common,
  column: string,
  worst: QualityFinding,
  evaluation: { findings: readonly QualityFinding[]; explains_drift?: boolean },
): Finding {
  const { findings } = evaluation
  return {
    ...common,
    column,
    verdict: worst.severity,
    reason: worst.finding,
    explanation: findings.map(({ explanation }) => explanation).join(' '),
    effect: worst.share,
    evaluation,
    identity: { baseline: '', window: findings },
  }
}

function qualityOf(
  column: BaselineColumn,
  sides: DriftSides,
  {
    counts,
    feature,
    invalidIn,
  }: { counts: QualityCounts; feature: Feature | undefined; invalidIn: (name: string) => number },
): ColumnQuality {
  const { name, role, binning } = column
  const violations = counts.violations.get(name)
  return {
    name,
    binning,
    baseline: sides.baseline(column),
    window: sides.window(column),
    invalid: { baseline: invalidIn(name), window: counts.invalid.get(name) ?? 0 },
    isFeature: role === 'feature',
    ...(feature !== undefined && violations !== undefined && rulesIn(feature).length > 0
      ? { constraints: { ...feature, ...violations } }
      : {}),
  }
}

function sharesOf(
  column: ColumnQuality,
  findings: ColumnShares['findings'],
  { minRows }: QualityRule,
): ColumnShares {
  const { name, binning, baseline, window, invalid, constraints, skew, isFeature } = column
  const { n, missing } = rowsOf(window)
  const decided = findings.length > 0 || (n >= minRows && rowsOf(baseline).n >= minRows)
  const of = (rows: number) => (n === 0 ? 0 : rows / n)
  const outside =
    constraints !== undefined
      ? Math.max(0, ...constraints.violations) / Math.max(1, constraints.rows)
      : binning.kind === 'numeric'
        ? outOfRangeChange({ binning, baseline, window })?.window
        : undefined
  const unseen =
    binning.kind === 'categorical' ? unseenChange({ binning, baseline, window })?.window : undefined
  return {
    column: isFeature ? findingColumn(name) : name,
    decided,
    missing: of(missing),
    invalid: of(Math.min(n, invalid.window)),
    ...(outside === undefined ? {} : { out_of_range: outside }),
    ...(unseen === undefined ? {} : { unseen }),
    ...(skew === undefined ? {} : { skew: skew.differing / skew.rows }),
    findings,
  }
}

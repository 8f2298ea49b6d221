import { rulesIn } from '../../control/declared/constraints.ts'
import type { Feature } from '../../control/declared/model.ts'
import { DAY_MS, HOUR_MS, WEEK_MS } from '../../domain/time.ts'
import { usualLength, windowStart } from '../../domain/monitor-window.ts'
import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import { readHourlyRows, readQualityCounts, type QualityCounts } from '../../store/profiles/quality-counts.ts'
import { readLabelDelays } from '../../store/labelled/label-delays.ts'
import { compareSeverity } from '../../domain/severity.ts'
import { outOfRangeChange } from '../verdict/out-of-range.ts'
import { rowsOf } from '../verdict/column-input.ts'
import { unseenChange } from '../verdict/unseen.ts'
import { findingColumn, gravest, type QualityFinding } from '../../domain/data-finding.ts'
import { judgeColumnQuality, type ColumnQuality, type QualityRule } from '../quality/judge-column.ts'
import { judgeDuplicates, judgeUnknownFeatures } from '../quality/judge-model.ts'
import { judgeLabels } from '../quality/labels-late.ts'
import { explainsDrift } from '../quality/offending.ts'
import { summarySentence } from '../quality/summary.ts'
import type { ColumnShares, QualitySummary } from '../../domain/data-finding.ts'
import { judgeVolume, WEEKS } from '../quality/volume.ts'
import type { DriftSides } from './drift-windows.ts'
import { resolveLabelDelay } from './resolve-label-delay.ts'
import type { Finding, Reference, RunRequest } from './run-request.ts'

/** What a column's own quality is checked of: what the model gets and says, not what became of it. */
export function isQualityColumn({ role }: Pick<BaselineColumn, 'role'>): boolean {
  return role === 'feature' || role === 'prediction' || role === 'score'
}

/**
 * What is wrong with the data of a window, of each column and of all: a finding for each column that has any, and one for
 * the window itself that says what was checked. Stores nothing.
 */
export async function findQuality(
  request: RunRequest,
  { baseline, columns }: Reference,
  sides: DriftSides,
  rule: QualityRule,
): Promise<Finding[]> {
  const { store, model, monitor, end } = request
  const start = windowStart(monitor, end)
  const scope = { binning: baseline.binning }
  const counts = await readQualityCounts(store, model, { ...scope, spans: [{ from: start, to: end }] })
  const compared =
    sides.hours && (await readQualityCounts(store, model, { ...scope, spans: sides.hours.spans }))
  const invalidIn = (name: string) => compared?.invalid.get(name) ?? baseline.invalid?.[name] ?? 0
  const features = new Map(model.features.map((feature) => [feature.name, feature]))
  const checked = columns.filter(isQualityColumn).map((column) => {
    const feature = column.role === 'feature' ? features.get(column.name) : undefined
    return qualityOf(column, sides, { counts, feature, invalidIn })
  })
  const judged = checked.map((column) => ({ column, findings: judgeColumnQuality(column, rule) }))
  const rows = Math.max(0, ...checked.map(({ window }) => rowsOf(window).n))
  const { findings: ofModel, undecided } = await findOfModel(
    request,
    { baseline, columns },
    { rows, counts, rule },
  )
  const summary: QualitySummary = {
    rows,
    columns: judged.map(({ column, findings }) => sharesOf(column, findings, rule)),
    model: ofModel,
    undecided,
  }
  const common = { kind: 'data' as const, start, statistics: {}, rule }
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
    ...judged.flatMap(({ column, findings }) => {
      const worst = gravest(findings)
      if (worst === undefined) return []
      return [
        toFinding(common, column.isFeature ? findingColumn(column.name) : column.name, worst, {
          findings,
          explains_drift: column.isFeature && explainsDrift(column, findings),
        }),
      ]
    }),
    ...ofModel.map((finding) => toFinding(common, finding.finding, finding, { findings: [finding] })),
  ]
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
    verdict: findings.reduce((a, b) => (compareSeverity(b.severity, a.severity) > 0 ? b : a)).severity,
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
  const { name, binning, baseline, window, invalid, constraints, isFeature } = column
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
    findings,
  }
}

/** What is wrong with all of the model's data, and what could not be checked. */
async function findOfModel(
  request: RunRequest,
  { baseline }: Reference,
  { rows, counts, rule }: { rows: number; counts: QualityCounts; rule: QualityRule },
): Promise<Pick<QualitySummary, 'undecided'> & { findings: QualityFinding[] }> {
  const { store, model, monitor, end } = request
  const { window, timezone, every } = monitor
  const from = new Date(end.getTime() - WEEKS * WEEK_MS - usualLength(window) - DAY_MS)
  const hourly = await readHourlyRows(store, { model: model.name, binning: baseline.binning, from, to: end })
  const volume = judgeVolume(
    {
      rows: new Map(hourly.map(({ hour, predictions }) => [hour, predictions])),
      first: hourly.at(0)?.hour,
      end: end.getTime(),
      windowMs: end.getTime() - windowStart(monitor, end).getTime(),
      everyMs: usualLength(every),
      timezone,
    },
    rule,
  )
  const labels = await findLate(request, baseline, hourly, rule)
  const ignored = model.unknown_features === 'ignore'
  const findings = [
    ignored
      ? undefined
      : judgeUnknownFeatures(
          counts.unknown,
          rows,
          model.features.map(({ name }) => name),
        ),
    volume.status === 'judged' ? volume.finding : undefined,
    judgeDuplicates(counts.reused, rule.minRows),
    labels.status === 'judged' ? labels.finding : undefined,
  ]
  return {
    findings: findings.filter((finding) => finding !== undefined),
    undecided: [
      ...(volume.status === 'too_early'
        ? [{ finding: 'volume' as const, until: 'two weeks have been recorded' }]
        : []),
      ...(labels.status === 'too_early' && hourly.some((hour) => hour.labels > 0)
        ? [{ finding: 'labels_late' as const, until: '200 labels tell how long they take' }]
        : []),
    ],
  }
}

/** Whether labels that should have come by now have. */
async function findLate(
  { store, model, monitor, end }: RunRequest,
  baseline: Reference['baseline'],
  hourly: Awaited<ReturnType<typeof readHourlyRows>>,
  { alpha }: QualityRule,
) {
  const now = end
  const delay = await resolveLabelDelay(store, monitor, baseline, now)
  if (delay === undefined) return { status: 'too_early' as const }
  const delays = await readLabelDelays(store, { model: model.name, binning: baseline.binning, now })
  const to = end.getTime() - delay.delay
  const from = to - usualLength(monitor.window)
  return judgeLabels(
    {
      window: hourly.filter(({ hour }) => hour >= from && hour + HOUR_MS <= to),
      past: hourly.filter(({ hour }) => hour < from),
      delays,
      now: now.getTime(),
    },
    alpha,
  )
}

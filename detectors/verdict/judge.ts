import { DEFAULT_THRESHOLDS, type DecidingStatistic } from '../../domain/thresholds.ts'
import { rowsOf, type ColumnInput } from './column-input.ts'
import { classShareChange, classShareGrade, type ClassShareChange } from '../statistics/class-shares.ts'
import { isConstant } from './constant.ts'
import type { Thresholds } from '../../domain/thresholds.ts'
import { gradeOf, type Grade } from './decide.ts'
import { decideColumn, type DecidingRule } from './deciding/decide-column.ts'
import { groupCounts, type GroupCounts, type GroupLabel } from './groups.ts'
import { distanceGrade, distanceThresholds, ksDistance, type KsDistance } from '../statistics/ks-distance.ts'
import { allMissingProbability, missingChange, missingGrade } from './missing.ts'
import { poolRare } from './pool.ts'
import { psiContributions } from '../statistics/psi.ts'
import type { RateChange } from './rate-change.ts'
import { unseenChange, unseenGrade } from './unseen.ts'

export interface VerdictRule extends DecidingRule {
  /** Fewer rows than this on either side give no verdict. */
  minRows: number
  /** A noise floor above this gives no verdict from the statistic: chance alone would reach the thresholds. */
  maxFloor: number
  /** The column holds the classes of a label or prediction, of which a rare one matters as well. */
  classes?: boolean
}

export const DEFAULT_RULE = {
  decide: 'psi',
  thresholds: DEFAULT_THRESHOLDS.psi,
  minRows: 200,
  maxFloor: 0.25,
} as const
import type { Verdict } from '../../domain/verdict.ts'

/**
 * Why: `empty`, `too_few_rows`, `noise_floor` and `too_many_categories` go with `insufficient_data`; the statistic that
 * decides, `ks_distance`, `class_share`, `missing`, `unseen` and `all_missing` with a breach; `not_significant` with
 * unconfirmed; `constant`, `all_missing_in_baseline` and `stable` with ok.
 */
export type Reason =
  | 'empty'
  | 'too_few_rows'
  | 'noise_floor'
  | 'too_many_categories'
  | DecidingStatistic
  | 'ks_distance'
  | 'class_share'
  | 'missing'
  | 'unseen'
  | 'all_missing'
  | 'not_significant'
  | 'constant'
  | 'all_missing_in_baseline'
  | 'stable'

export interface Judgement {
  verdict: Verdict
  reason: Reason
  /**
   * By the statistic that decides (PSI: on pooled groups, less its noise), and the least effect that can be told from
   * chance. Absent when a side is empty.
   */
  effect?: number
  noiseFloor?: number
  /** The group that adds most to PSI, with its share of rows on both sides. */
  top?: { label: GroupLabel; baseline: number; window: number }
  missing?: RateChange
  /** `baseline` is the expected share. Only of a categorical column whose categories are all listed. */
  unseen?: RateChange
  /** The class whose share changed by the largest factor, where a change is significant. */
  classShare?: ClassShareChange
  /** Numeric columns where D backs up the statistic that decides. */
  distance?: KsDistance & { thresholds: Thresholds }
  /** Share of rows in the rare categories that are pooled for the verdict. Only of a categorical column. */
  pooled?: { baseline: number; window: number }
}

/**
 * The verdict on a column, without its other statistics. Never throws.
 *
 * Missing is one of the groups of PSI and its kin and has a test of its own besides; the verdict is the worst of both, so that it
 * always agrees with the effect that is shown. PSI sees what is new to a clean column (0 to 4%), the test what
 * grows in points (5 to 15%). The reason is `missing` where that test breaches and is no milder than PSI, or
 * missing is what PSI rose by. Unseen alike.
 */
export function judgeColumn(input: ColumnInput, rule: VerdictRule): Judgement {
  const { binning, baseline, window } = input
  const [b, c] = [rowsOf(baseline), rowsOf(window)]
  if (!(b.n > 0 && c.n > 0)) return { verdict: 'insufficient_data', reason: 'empty' }
  const groups = groupCounts(input)
  const pooled = binning.kind === 'categorical' ? poolRare(groups) : groups
  const decision = decideColumn(input, pooled, rule)
  const missing = missingChange(input)
  const unseen = binning.kind === 'categorical' ? unseenChange({ binning, baseline, window }) : undefined
  const classShare = rule.classes ? classShareChange(groups, rule.alpha) : undefined
  const distance = distanceOf(input, rule)
  const rest = binning.kind === 'categorical' ? restShare(pooled) : undefined
  const top = topGroup(pooled)
  const evidence = {
    effect: decision?.effect,
    noiseFloor: decision?.noiseFloor,
    top,
    missing,
    unseen,
    classShare,
    distance,
    pooled: rest,
  }
  const judge = (verdict: Verdict, reason: Reason): Judgement => ({ verdict, reason, ...evidence })

  if (b.missing === b.n && c.missing === c.n) return judge('ok', 'all_missing_in_baseline')
  if (c.missing === c.n && allMissingProbability(input) < rule.alpha) return judge('critical', 'all_missing')
  if (b.n < rule.minRows || c.n < rule.minRows) return judge('insufficient_data', 'too_few_rows')

  const noisy = decision?.noiseFloor !== undefined && decision.noiseFloor > rule.maxFloor
  const breach = worst([
    {
      reason: 'missing',
      grade: missingGrade(missing, rule.alpha),
      isTop: top?.label.kind === 'missing',
    },
    { reason: 'unseen', grade: unseenGrade(unseen, rule.alpha), isTop: top?.label.kind === 'other' },
    { reason: rule.decide, grade: noisy ? 'ok' : (decision?.grade ?? 'ok'), isTop: false },
    {
      reason: 'ks_distance',
      grade: distanceGrade(distance, distance?.thresholds, rule.alpha),
      isTop: false,
    },
    { reason: 'class_share', grade: classShareGrade(classShare), isTop: false },
  ])
  if (breach) return judge(breach.grade, breach.reason)
  if (noisy) return judge('insufficient_data', 'noise_floor')
  if (isConstant(input)) return judge('ok', 'constant')
  if (!isDivided(pooled) || isMostlyPooled(rest)) return judge('insufficient_data', 'too_many_categories')
  if (gradeOf(decision?.effect ?? 0, rule.thresholds) !== 'ok') return judge('unconfirmed', 'not_significant')
  return judge('ok', 'stable')
}

function distanceOf({ binning, baseline, window }: ColumnInput, rule: VerdictRule): Judgement['distance'] {
  const thresholds = distanceThresholds(rule.decide, rule.thresholds)
  const found = binning.kind === 'numeric' ? ksDistance({ binning, baseline, window }) : undefined
  return thresholds && found && { ...found, thresholds }
}

/** Whether there are two groups or more that the statistics could see a change between. */
function isDivided({ baseline, window }: GroupCounts): boolean {
  return baseline.filter((rows, i) => rows + window[i] > 0).length > 1
}

function restShare({ labels, baseline, window }: GroupCounts): { baseline: number; window: number } {
  const rest = labels.findIndex(({ kind }) => kind === 'other')
  const share = (counts: readonly number[]) =>
    rest < 0 ? 0 : counts[rest] / counts.reduce((sum, count) => sum + count, 0)
  return { baseline: share(baseline), window: share(window) }
}

/** Most rows of both sides are in one group, within which a change cannot be seen. */
function isMostlyPooled(rest: Judgement['pooled']): boolean {
  return rest !== undefined && rest.baseline > 0.5 && rest.window > 0.5
}

/**
 * Whether a longer window might give the verdict that this one could not: too few rows in it, a noise floor too high,
 * or categories too rare. The caller extends the window backwards; rows that the baseline lacks no window can make up for.
 */
export function wantsLongerWindow(
  { verdict, reason }: Pick<Judgement, 'verdict' | 'reason'>,
  { baseline, window }: Pick<ColumnInput, 'baseline' | 'window'>,
  { minRows }: Pick<VerdictRule, 'minRows'>,
): boolean {
  if (verdict !== 'insufficient_data' || rowsOf(baseline).n < minRows) return false
  return reason === 'noise_floor' || reason === 'too_many_categories' || rowsOf(window).n < minRows
}

const RANK: Record<Grade, number> = { ok: 0, warning: 1, critical: 2 }

interface Breach {
  reason: Reason
  grade: Grade
  /** This is what PSI rose by, so that it names the breach even where PSI's is the graver one. */
  isTop: boolean
}

function worst(checks: readonly Breach[]): Breach | undefined {
  const breaches = checks.filter(({ grade }) => grade !== 'ok')
  if (breaches.length === 0) return undefined
  const gravest = breaches.reduce((a, b) => (RANK[b.grade] > RANK[a.grade] ? b : a))
  const named = breaches.find(({ isTop }) => isTop) ?? gravest
  return { ...named, grade: gravest.grade }
}

function topGroup({ labels, baseline, window }: GroupCounts): Judgement['top'] {
  const contributions = psiContributions(baseline, window) ?? []
  let top = -1
  contributions.forEach((contribution, i) => {
    if (contribution > (contributions[top] ?? 0)) top = i
  })
  if (top < 0) return undefined
  const share = (counts: readonly number[]) => counts[top] / counts.reduce((sum, count) => sum + count, 0)
  return { label: labels[top], baseline: share(baseline), window: share(window) }
}

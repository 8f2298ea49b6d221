import type { DecidingStatistic } from '../../domain/thresholds.ts'
import { quoted } from '../../domain/printable.ts'
import { formatGroupLabel } from './groups.ts'
import { CLASS_SHARE_THRESHOLDS, type ClassShareChange } from '../statistics/class-shares.ts'
import type { Thresholds } from '../../domain/thresholds.ts'
import { gradeOf } from './decide.ts'
import type { Judgement, VerdictRule } from './judge.ts'
import type { Verdict } from '../../domain/verdict.ts'
import { count, effect, figure, percent, withinChance } from './phrases.ts'
import { rowsOf, type ColumnInput, type Rows } from './column-input.ts'
import type { RateChange } from './rate-change.ts'
import { inBrackets, isAtRest, wantsNames, wordsOfRest, type UnseenValue } from './unseen-values.ts'

/** What people read the effect as. */
const MEASURES: Record<DecidingStatistic, string> = {
  psi: 'effect',
  ks: 'largest difference in shares',
  jensen_shannon: 'Jensen–Shannon distance',
  baseline_deviation: 'standard deviations above the mean of the baseline’s chunks',
}

/**
 * One plain sentence on why the verdict is what it is. Category names come in as they are: escape on output.
 * @param names of what the baseline does not have, where they are known
 */
export function explain(
  judgement: Judgement,
  input: ColumnInput,
  rule: VerdictRule,
  names: readonly UnseenValue[] = [],
): string {
  const sentence = explainReason(judgement, input, rule, names)
  const { reason, top, classShare } = judgement
  const isTold =
    reason === 'unseen' ||
    (isDistribution(judgement) && isAtRest(top, input)) ||
    (reason === 'class_share' && classShare?.label.kind === 'unseen')
  if (isTold || names.length === 0 || !wantsNames(judgement, input, rule)) return sentence
  return `${sentence} Values not found in the baseline${inBrackets(names, input)} contribute to the change.`
}

function isDistribution({ reason }: Judgement): boolean {
  return Object.hasOwn(MEASURES, reason)
}

function explainReason(
  judgement: Judgement,
  input: ColumnInput,
  rule: VerdictRule,
  names: readonly UnseenValue[],
): string {
  const b = rowsOf(input.baseline)
  const c = rowsOf(input.window)
  const { missing, unseen } = judgement
  switch (judgement.reason) {
    case 'empty':
      return `The ${emptySides(b, c)} no rows.`
    case 'too_few_rows':
      return `Too few rows for a verdict: ${count(b.n)} in the baseline and ${count(c.n)} in the window; each side needs at least ${count(rule.minRows)}.`
    case 'not_significant':
      return chance(judgement, b, c, rule)
    case 'noise_floor':
      return gradeOf(judgement.effect ?? 0, rule.thresholds) !== 'ok'
        ? chance(judgement, b, c, rule)
        : `With ${count(c.n)} window rows spread over this many groups, an effect below ${effect(judgement.noiseFloor)} cannot be distinguished from chance.`
    case 'too_many_categories':
      return `${percent(judgement.pooled?.window)} of rows are in categories too rare to compare individually, so a change among them would go unnoticed. Group the values before sending them, declare the column as numeric if it holds numbers, or exclude it from the monitor.`
    case 'ks_distance':
      return `The distribution shifted within PSI's groups: largest difference in shares D ${effect(judgement.distance?.value)} (${reached(judgement.verdict, judgement.distance?.thresholds)}), while the effect is ${effect(judgement.effect)}.`
    case 'class_share':
      return `${className(judgement.classShare, names, input)} went ${precisely(judgement.classShare)} of rows, ${factor(judgement.classShare)} (${reached(judgement.verdict, CLASS_SHARE_THRESHOLDS, '-fold')}).`
    case 'all_missing':
      return `The value is missing from all ${count(c.n)} rows in the window, compared with ${percent(b.missing / b.n)} of the baseline rows.`
    case 'all_missing_in_baseline':
      return 'The column is missing from every row in both the baseline and the window.'
    case 'constant':
      return 'All values in the baseline and the window are identical.'
    case 'missing':
      return `Missing values went ${fromTo(missing)} of rows.`
    case 'unseen':
      return `${percent(unseen?.window)} of values are categories not found in the baseline${inBrackets(names, input)}; ${percent(unseen?.baseline)} was expected.`
    case 'psi':
    case 'ks':
    case 'jensen_shannon':
    case 'baseline_deviation':
      return `The distribution shifted: ${MEASURES[judgement.reason]} ${effect(judgement.effect)} (${threshold(judgement, rule)})${mostly(judgement, input, names)}.`
    case 'stable':
      return `${judgement.noiseFloor === undefined ? 'No change is large enough' : 'No change is both significant and large enough'}: ${MEASURES[rule.decide]} ${effect(judgement.effect)} (warning threshold ${effect(rule.thresholds.warning)}).`
  }
}

function chance({ effect = 0, noiseFloor }: Judgement, b: Rows, c: Rows, rule: VerdictRule): string {
  const rows = b.n < c.n ? `${count(b.n)} baseline rows` : `${count(c.n)} window rows`
  const measure = MEASURES[rule.decide]
  const what = measure[0].toUpperCase() + measure.slice(1)
  return withinChance({ what, rows }, { effect, noiseFloor }, rule.thresholds)
}

function emptySides(b: Rows, c: Rows): string {
  if (b.n > 0) return 'window has'
  return c.n > 0 ? 'baseline has' : 'baseline and the window have'
}

function threshold({ verdict }: Judgement, { thresholds }: VerdictRule): string {
  return reached(verdict, thresholds)
}

function reached(verdict: Verdict, thresholds: Thresholds | undefined, unit = ''): string {
  return verdict === 'critical'
    ? `critical threshold ${effect(thresholds?.critical)}${unit}`
    : `warning threshold ${effect(thresholds?.warning)}${unit}`
}

function className(
  change: ClassShareChange | undefined,
  names: readonly UnseenValue[],
  input: ColumnInput,
): string {
  if (change?.label.kind === 'unseen') return `Classes not found in the baseline${inBrackets(names, input)}`
  return change
    ? `Class ${change.label.kind === 'category' ? quoted(change.label.value) : formatGroupLabel(change.label)}`
    : ''
}

/** Of a share of 0.19% the second digit matters. */
function precisely(change: ClassShareChange | undefined): string {
  const share = (of = 0) => `${figure(100 * of)}%`
  return `from ${share(change?.baseline)} to ${share(change?.window)}`
}

function factor(change: ClassShareChange | undefined): string {
  if (change?.ratio === undefined) return change?.window === 0 ? 'none left' : 'new'
  const times = change.ratio < 10 ? change.ratio.toFixed(1) : change.ratio.toFixed(0)
  return change.window > change.baseline ? `a ${times}-fold increase` : `a ${times}-fold decrease`
}

function mostly({ top }: Judgement, input: ColumnInput, names: readonly UnseenValue[]): string {
  if (!top) return ''
  const name = nameOf(top, input) + (isAtRest(top, input) ? inBrackets(names, input) : '')
  return `, mostly at ${name}, ${fromTo(top)} of rows`
}

function nameOf(top: NonNullable<Judgement['top']>, input: ColumnInput): string {
  switch (top.label.kind) {
    case 'missing':
      return 'missing values'
    case 'other':
    case 'unseen':
      return wordsOfRest(top, input)
    case 'category':
      return isPlainName(top.label.value) ? formatGroupLabel(top.label) : quoted(top.label.value)
    default:
      return formatGroupLabel(top.label)
  }
}

/** Whether it is read as it is, without quotes. */
function isPlainName(name: string): boolean {
  return name.trim() === name && quoted(name) === `"${name}"`
}

function fromTo(change: Pick<RateChange, 'baseline' | 'window'> | undefined): string {
  return `from ${percent(change?.baseline)} to ${percent(change?.window)}`
}

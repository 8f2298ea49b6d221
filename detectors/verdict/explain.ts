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
  ks: 'largest difference of shares',
  jensen_shannon: 'Jensen–Shannon distance',
  baseline_deviation: 'standard deviations beyond the mean of the baseline’s chunks',
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
  return `${sentence} Values that the baseline does not have${inBrackets(names, input)} add to it.`
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
      return `${count(b.n)} baseline and ${count(c.n)} window rows; a verdict takes ${count(rule.minRows)} on each side.`
    case 'not_significant':
      return chance(judgement, b, c, rule)
    case 'noise_floor':
      return gradeOf(judgement.effect ?? 0, rule.thresholds) !== 'ok'
        ? chance(judgement, b, c, rule)
        : `With ${count(c.n)} window rows over so many groups an effect below ${effect(judgement.noiseFloor)} cannot be told from chance.`
    case 'too_many_categories':
      return `${percent(judgement.pooled?.window)} of rows are in categories too rare to compare one by one, so a change among them would not be seen. Group its values before they are sent, declare the column numeric if it holds numbers, or leave it out of the monitor.`
    case 'ks_distance':
      return `The distribution moved within PSI's groups: largest difference of shares D ${effect(judgement.distance?.value)} (${reached(judgement.verdict, judgement.distance?.thresholds)}), while the effect is ${effect(judgement.effect)}.`
    case 'class_share':
      return `${className(judgement.classShare, names, input)} went ${precisely(judgement.classShare)} of rows, ${factor(judgement.classShare)} (${reached(judgement.verdict, CLASS_SHARE_THRESHOLDS, 'a factor of ')}).`
    case 'all_missing':
      return `All ${count(c.n)} rows of the window are missing; in the baseline ${percent(b.missing / b.n)} were.`
    case 'all_missing_in_baseline':
      return 'The column is missing from every row, in the baseline as in the window.'
    case 'constant':
      return 'Every value on both sides is the same one.'
    case 'missing':
      return `Missing values went ${fromTo(missing)} of rows.`
    case 'unseen':
      return `${percent(unseen?.window)} of values are categories that the baseline does not have${inBrackets(names, input)}; ${percent(unseen?.baseline)} were to be expected.`
    case 'psi':
    case 'ks':
    case 'jensen_shannon':
    case 'baseline_deviation':
      return `The distribution moved: ${MEASURES[judgement.reason]} ${effect(judgement.effect)} (${threshold(judgement, rule)})${mostly(judgement, input, names)}.`
    case 'stable':
      return `${judgement.noiseFloor === undefined ? 'No change that is large enough' : 'No change that is both significant and large enough'}: ${MEASURES[rule.decide]} ${effect(judgement.effect)} (warning from ${effect(rule.thresholds.warning)}).`
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
    ? `critical from ${unit}${effect(thresholds?.critical)}`
    : `warning from ${unit}${effect(thresholds?.warning)}`
}

function className(
  change: ClassShareChange | undefined,
  names: readonly UnseenValue[],
  input: ColumnInput,
): string {
  if (change?.label.kind === 'unseen')
    return `Classes that the baseline does not have${inBrackets(names, input)}`
  return change
    ? `The class ${change.label.kind === 'category' ? quoted(change.label.value) : formatGroupLabel(change.label)}`
    : ''
}

/** Of a share of 0.19 % the second digit matters. */
function precisely(change: ClassShareChange | undefined): string {
  const share = (of = 0) => `${figure(100 * of)} %`
  return `from ${share(change?.baseline)} to ${share(change?.window)}`
}

function factor(change: ClassShareChange | undefined): string {
  if (change?.ratio === undefined) return change?.window === 0 ? 'all gone' : 'new'
  const times = change.ratio < 10 ? change.ratio.toFixed(1) : change.ratio.toFixed(0)
  return change.window > change.baseline ? `${times} times as many` : `one in ${times}`
}

function mostly({ top }: Judgement, input: ColumnInput, names: readonly UnseenValue[]): string {
  if (!top) return ''
  const name = nameOf(top, input) + (isAtRest(top, input) ? inBrackets(names, input) : '')
  return `, most of it at ${name}, ${fromTo(top)} of rows`
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

import type { DecidingStatistic } from '../store/monitor.ts'
import { formatGroupLabel } from './groups.ts'
import { CLASS_SHARE_THRESHOLDS, type ClassShareChange } from './class-shares.ts'
import type { Thresholds } from './decide.ts'
import type { Judgement, Verdict, VerdictRule } from './judge.ts'
import { count, effect, figure, percent } from './phrases.ts'
import { rowsOf, type ColumnInput, type Rows } from './column-input.ts'
import type { RateChange } from './rate-change.ts'

/** What people read the effect as. */
const MEASURES: Record<DecidingStatistic, string> = {
  psi: 'effect',
  ks: 'largest difference of shares',
  jensen_shannon: 'Jensen–Shannon distance',
  baseline_deviation: 'standard deviations beyond the mean of the baseline’s chunks',
}

/** One plain sentence on why the verdict is what it is. Category names come in as they are: escape on output. */
export function explain(judgement: Judgement, input: ColumnInput, rule: VerdictRule): string {
  const b = rowsOf(input.baseline)
  const c = rowsOf(input.window)
  const { missing, unseen } = judgement
  switch (judgement.reason) {
    case 'empty':
      return `The ${emptySides(b, c)} no rows.`
    case 'too_few_rows':
      return `${count(b.n)} baseline and ${count(c.n)} window rows; a verdict takes ${count(rule.minRows)} on each side.`
    case 'noise_floor':
      return `With ${count(c.n)} window rows over so many groups an effect below ${effect(judgement.noiseFloor)} cannot be told from chance.`
    case 'too_many_categories':
      return `${percent(judgement.pooled?.window)} of rows are in categories too rare to compare one by one, so a change among them would not be seen. Group its values before they are sent, declare the column numeric if it holds numbers, or leave it out of the monitor.`
    case 'ks_distance':
      return `The distribution moved within PSI's groups: largest difference of shares D ${effect(judgement.distance?.value)} (${reached(judgement.verdict, judgement.distance?.thresholds)}), while the effect is ${effect(judgement.effect)}.`
    case 'class_share':
      return `${className(judgement.classShare)} went ${precisely(judgement.classShare)} of rows, ${factor(judgement.classShare)} (${reached(judgement.verdict, CLASS_SHARE_THRESHOLDS, 'a factor of ')}).`
    case 'all_missing':
      return `All ${count(c.n)} rows of the window are missing; in the baseline ${percent(b.missing / b.n)} were.`
    case 'all_missing_in_baseline':
      return 'The column is missing from every row, in the baseline as in the window.'
    case 'constant':
      return 'Every value on both sides is the same one.'
    case 'missing':
      return `Missing values went ${fromTo(missing)} of rows.`
    case 'unseen':
      return `${percent(unseen?.window)} of values are categories that the baseline does not have; ${percent(unseen?.baseline)} were to be expected.`
    case 'psi':
    case 'ks':
    case 'jensen_shannon':
    case 'baseline_deviation':
      return `The distribution moved: ${MEASURES[judgement.reason]} ${effect(judgement.effect)} (${threshold(judgement, rule)})${mostly(judgement)}.`
    case 'stable':
      return `${judgement.noiseFloor === undefined ? 'No change that is large enough' : 'No change that is both significant and large enough'}: ${MEASURES[rule.decide]} ${effect(judgement.effect)} (warning from ${effect(rule.thresholds.warning)}).`
  }
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

function className(change: ClassShareChange | undefined): string {
  if (change?.label.kind === 'unseen') return 'Classes that the baseline does not have'
  return change ? `The class "${formatGroupLabel(change.label)}"` : ''
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

function mostly({ top }: Judgement): string {
  if (!top) return ''
  const name = top.label.kind === 'missing' ? 'missing values' : formatGroupLabel(top.label)
  return `, most of it at ${name}, ${fromTo(top)} of rows`
}

function fromTo(change: Pick<RateChange, 'baseline' | 'window'> | undefined): string {
  return `from ${percent(change?.baseline)} to ${percent(change?.window)}`
}

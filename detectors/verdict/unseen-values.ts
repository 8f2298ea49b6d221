import type { FrequentValue } from '../../store/profiles/frequent-values.ts'
import { quoted } from '../../domain/printable.ts'
import { rowsOf, type ColumnInput } from './column-input.ts'
import { slotsOutside } from './groups.ts'
import type { Judgement, VerdictRule } from './judge.ts'
import { percent } from './phrases.ts'
import { unseenGrade } from './unseen.ts'

/** A value of the window that the groups of the baseline do not have, and its share of the window's values. */
export interface UnseenValue {
  value: string
  share: number
}

/** So many are named, the most frequent ones. */
export const MAX_NAMED = 5
/** Shares are quotients of counts. */
const ROUNDING = 1e-9

/** Where they lie, and how many rows of each side do. */
export function outsideOf(input: ColumnInput): { slots: number[]; baseline: number; window: number } {
  const slots = slotsOutside(input)
  const rows = (counts: readonly number[]) => slots.reduce((sum, slot) => sum + (counts[slot] ?? 0), 0)
  return { slots, baseline: rows(input.baseline.counts), window: rows(input.window.counts) }
}

/** What most of the change is at, in words, where that is the rest that the baseline's groups leave. */
export function wordsOfRest(top: NonNullable<Judgement['top']>, input: ColumnInput): string {
  const { binning } = input
  if (binning.kind === 'numeric') return 'values not found in the baseline'
  if (binning.truncated) return 'categories that are rare in the baseline or new'
  return risesByNew(top, input) ? 'categories not found in the baseline' : 'rare categories'
}

/** Rare categories that the baseline does have are counted in the same group. */
function risesByNew(top: NonNullable<Judgement['top']>, input: ColumnInput): boolean {
  const { baseline, window } = outsideOf(input)
  const rise = window / rowsOf(input.window).n - baseline / rowsOf(input.baseline).n
  return top.window > top.baseline && rise >= (top.window - top.baseline) / 2
}

/** Whether the sentence on a verdict needs their names. */
export function wantsNames(
  { verdict, reason, top, unseen, classShare }: Judgement,
  input: ColumnInput,
  { alpha }: Pick<VerdictRule, 'alpha'>,
): boolean {
  if (verdict === 'ok' || verdict === 'insufficient_data' || outsideOf(input).window === 0) return false
  return (
    unseenGrade(unseen, alpha) !== 'ok' ||
    isAtRest(top, input) ||
    (reason === 'class_share' && classShare?.label.kind === 'unseen')
  )
}

/** Whether most of the change is at values that can be named. */
export function isAtRest(top: Judgement['top'], input: ColumnInput): boolean {
  const isRest = top?.label.kind === 'other' || top?.label.kind === 'unseen'
  return isRest && top.window > top.baseline && wordsOfRest(top, input) !== 'rare categories'
}

/** Their shares of all values of the window, missing ones apart. Rows may have come since these were counted. */
export function withShares(
  found: readonly FrequentValue[],
  { window }: Pick<ColumnInput, 'window'>,
): UnseenValue[] {
  const { n, missing } = rowsOf(window)
  const values = n - missing
  return found.map(({ value, rows }) => ({ value, share: values > 0 ? Math.min(1, rows / values) : 0 }))
}

/** ` ("germany" 26.8%, "Austria " 23.3%)`, or nothing where none is known. */
export function inBrackets(values: readonly UnseenValue[], input: ColumnInput): string {
  if (values.length === 0) return ''
  const named = values.map(
    ({ value, share }) =>
      `${input.binning.kind === 'numeric' ? `${value}:` : quoted(value)} ${percent(share)}`,
  )
  const [all] = withShares([{ value: '', rows: outsideOf(input).window }], input)
  const isAll = values.reduce((sum, { share }) => sum + share, 0) > all.share - ROUNDING
  return ` (${named.join(', ')}${isAll ? '' : ', and others'})`
}

import { DAY_MS } from '../../domain/time.ts'
import type { z } from 'zod'
import type { MemberEvaluation } from '../../alerts/state/window-verdict.ts'
import type { LabelDelay } from '../../detectors/run/label-delay.ts'
import { DEFAULT_RULE } from '../../detectors/verdict/judge.ts'
import { formatDuration } from '../../domain/duration.ts'
import type { SKIP_REASONS, skippedSchema } from '../contract/backtest.ts'

export type SkipReason = (typeof SKIP_REASONS)[number]
export type Skipped = z.input<typeof skippedSchema>

/** A verdict, or why there is none. */
export interface Judged extends MemberEvaluation {
  skipped?: SkipReason | undefined
}

/** Labels that seem to take longer were most likely loaded long after they came. */
const LATE_MS = 30 * DAY_MS

/** Why there is no verdict, from the reason of the detector and the rows that it had; undefined where there is one. */
export function skipReason(
  { verdict, reason }: { verdict: string; reason: string },
  rows: { baseline: number; window: number; labelled?: number } | undefined,
): SkipReason | undefined {
  if (verdict !== 'insufficient_data') return undefined
  if (reason === 'beyond_baseline') return reason
  if (rows?.window === 0) return 'no_data'
  switch (reason) {
    case 'empty':
    case 'no_labels_in_baseline':
    case 'no_predictions_in_baseline':
    case 'no_scores_in_baseline':
    case 'no_errors_in_baseline':
    case 'no_classes_in_baseline':
    case 'positive_class_unknown':
    case 'no_error_in_baseline':
      return 'no_baseline_rows'
    case 'too_few_rows':
      return rows !== undefined && Math.min(rows.baseline, rows.labelled ?? Infinity) < DEFAULT_RULE.minRows
        ? 'too_few_baseline_rows'
        : reason
    case 'too_many_categories':
      return reason
    case 'noise_floor':
      return 'too_few_rows'
    default:
      return 'undecided'
  }
}

/** The windows that were evaluated and gave no verdict, by kind and reason; most of them first. */
export function skippedOf(windows: Iterable<readonly Judged[]>): Skipped[] {
  const groups = new Map<
    string,
    { kind: string; reason: SkipReason; ends: Set<number>; columns: Set<string> }
  >()
  for (const evaluations of windows)
    for (const { kind, column, windowEnd, skipped } of evaluations) {
      if (skipped === undefined) continue
      const key = `${kind} ${skipped}`
      const group = groups.get(key) ?? { kind, reason: skipped, ends: new Set(), columns: new Set() }
      groups.set(key, group)
      group.ends.add(windowEnd.getTime())
      group.columns.add(column)
    }
  return [...groups.values()]
    .map(({ kind, reason, ends, columns }) => ({
      kind,
      reason,
      windows: ends.size,
      columns: [...columns].sort(),
      hint: HINTS[reason],
    }))
    .sort((a, b) => b.windows - a.windows)
}

/** The windows that were not even evaluated because they are not complete, or their labels are not. */
export function unfinished(kinds: readonly string[], windows: number, wait: Wait): Skipped[] {
  if (windows === 0) return []
  const { reason, hint } = whyUnfinished(wait)
  return kinds.map((kind) => ({ kind, reason, windows, columns: [], hint }))
}

/** What a window waits for: its own end, or labels, of which it may not be known how long they take. */
export type Wait = { for: 'end' } | { for: 'labels'; delay: LabelDelay | undefined }

function whyUnfinished(wait: Wait): { reason: SkipReason; hint: string } {
  if (wait.for === 'end') return { reason: 'not_complete', hint: HINTS.not_complete }
  if (wait.delay === undefined) return { reason: 'label_delay_unknown', hint: HINTS.label_delay_unknown }
  const { delay, source } = wait.delay
  const took = formatDuration(delay)
  if (source === 'observed' && delay > LATE_MS)
    return {
      reason: 'labels_too_late',
      hint: `The observed delay of nine out of ten labels is ${took}, which is too long. ${LATE}`,
    }
  const said =
    source === 'declared' ? `label_delay is ${took}` : `nine out of ten labels arrived within ${took}`
  return {
    reason: 'not_mature',
    hint: `Their labels may still be arriving: ${said}. Choose an earlier period.`,
  }
}

const LATE =
  'Labels loaded without labelled_at count as received at that time. Declare label_delay on the monitor, such as ' +
  '24h, and load other past labels with `driftgauge replay` or with the query label_delay=24h.'

const HINTS: Record<SkipReason, string> = {
  no_data: 'The windows have no rows. Check the period, or wait for labels to arrive.',
  no_baseline_rows:
    'The baseline lacks what this is compared with. Use another baseline, or a period with rows and labels.',
  beyond_baseline:
    'The baseline has hardly any predictions like most of these, so their errors are not known. Make a newer baseline.',
  too_few_rows: 'Too few rows for a verdict, even in 30 days. Declare a longer window.',
  too_few_baseline_rows: `The baseline has fewer than ${DEFAULT_RULE.minRows} rows, or labelled rows. Use a larger baseline or a longer period.`,
  too_many_categories:
    'Most rows have rare categories, which cannot be compared. Group the categories, or exclude the column.',
  undecided:
    'The column varies too little, its labels have too few values, or some are too large. The results of a run say which.',
  not_complete: 'These windows have not ended yet.',
  not_mature: 'Their labels may still be arriving.',
  labels_too_late: LATE,
  label_delay_unknown:
    'Fewer than 200 labels are available to measure the label delay. Declare label_delay on the monitor, or send more labels.',
}

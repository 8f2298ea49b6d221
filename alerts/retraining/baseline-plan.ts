import { formatInstant } from '../../domain/instant.ts'
import { DAY_MS, HOUR_MS } from '../../domain/time.ts'
import { lengthText, plain } from '../message/wording.ts'

/** A version that makes no prediction for so long was never put to use. */
export const MAX_WAIT_MS = 30 * DAY_MS

/** What becomes of the baseline that a policy makes of the first hours of a new version. */
export type BaselinePlan =
  | { plan: 'make'; window: { from: string; to: string; version?: string | undefined } }
  /** Not yet: `reason` says what it waits for. */
  | { plan: 'wait'; reason: string; expected?: Date | undefined }
  | { plan: 'never'; reason: string }

export interface FirstHours {
  version: string
  /** Milliseconds. */
  length: number
  /** When the success was reported. */
  reportedAt: Date
  /** The hour of its first prediction since the window of the alert. */
  since: Date | undefined
  /** That of its first one in the 30 days before. */
  before: Date | undefined
  now: Date
}

/**
 * Of which hours the new version's baseline is made. Pure. These are the first since the window of the alert in which it
 * predicts, for a name that was used before says nothing about what was trained now. A pipeline may report late, though, on
 * a version that only predicted earlier: where it has made no prediction for as long as the baseline is to be, its earlier
 * ones are taken.
 */
export function planFirstHours({
  version,
  length,
  reportedAt,
  since,
  before,
  now,
}: FirstHours): BaselinePlan {
  const named = `version "${plain(version)}"`
  const patience = new Date(reportedAt.getTime() + length)
  const from = since ?? (patience <= now ? before : undefined)
  if (now.getTime() - reportedAt.getTime() > MAX_WAIT_MS)
    return { plan: 'never', reason: `the 30 days after the report of ${named} have passed` }
  if (from === undefined) {
    if (before === undefined) return { plan: 'wait', reason: `the first prediction of ${named}` }
    const reason = `a prediction of ${named} since the window of the alert; its earlier ones are used if none comes until ${formatInstant(patience)}`
    return { plan: 'wait', reason, expected: patience }
  }
  const to = new Date(from.getTime() + length)
  if (to <= now) return { plan: 'make', window: { from: from.toISOString(), to: to.toISOString(), version } }
  const passed = Math.max(0, Math.floor((now.getTime() - from.getTime()) / HOUR_MS))
  const reason = `the first ${length / HOUR_MS} hours of ${named}, of which ${passed} have passed; expected ${formatInstant(to)}`
  return { plan: 'wait', reason, expected: to }
}

export interface LabelsOf {
  /** End of the baseline's period. */
  to: Date
  /** Milliseconds that labels take; undefined where that is not known yet. */
  delay: number | undefined
  /** When the baseline was made. */
  madeAt: Date
  now: Date
}

/** Whether a baseline is made again because its labels have come since; undefined where it has them. Pure. */
export function planLabels<Window extends { from: string; to: string }>(
  window: Window,
  { to, delay, madeAt, now }: LabelsOf,
): BaselinePlan | undefined {
  if (delay === undefined)
    return { plan: 'wait', reason: 'its labels, and how long they take is not known yet' }
  const mature = new Date(to.getTime() + delay)
  if (madeAt >= mature) return undefined
  if (mature <= now) return { plan: 'make', window }
  const reason = `its labels until ${formatInstant(mature)}, and is then made again with them`
  return { plan: 'wait', reason, expected: mature }
}

/** What a success says of the baseline that follows. Pure. */
export function baselineToCome(first: number | undefined): string {
  return first === undefined
    ? ''
    : ` Its baseline is made once ${lengthText(first)} of its predictions have passed.`
}

import { digest } from '../../control/declared/digest.ts'
import type { Baseline } from '../../control/declared/baselines.ts'
import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import type { ColumnProfile } from '../../store/profiles/binning.ts'
import type { Store } from '../../store/engine/client.ts'
import type { Model } from '../../control/declared/model.ts'
import type { ResultKind } from '../../domain/drift-kind.ts'
import type { Monitor } from '../../control/declared/monitor.ts'
import type { Stream } from '../../store/profiles/profiles.ts'
import type { CountedHours, Result } from '../../store/results/results.ts'
import type { LabelDelay } from './label-delay.ts'
import { WHOLE, type Slice } from './slices.ts'

export interface WindowRequest {
  store: Store
  model: Model
  monitor: Monitor
  /** End of the window, exclusive; a whole hour. */
  end: Date
}

export interface RunRequest extends WindowRequest {
  /** Only what is computed from this stream, whose windows have an end of their own. */
  stream: Stream
  /** What `end` waits for, of the stream `labels`; undefined while it is not known, and then nothing is decided. */
  labelDelay?: LabelDelay | undefined
  now: Date
  codeVersion: string
}

/** A stored baseline that was read, with all its columns. */
export interface Reference {
  baseline: Baseline
  columns: readonly BaselineColumn[]
}

/** What was found of one member of a monitor in one window. */
export interface Finding {
  kind: ResultKind
  column: string
  /** Whose rows were looked at; absent where it is the whole model. */
  slice?: Slice
  start: Date
  verdict: string
  reason: string
  explanation: string
  effect?: number | undefined
  noiseFloor?: number | undefined
  statistics: Record<string, number>
  evaluation: unknown
  rule: object
  /** What a column's own distribution is judged by. */
  profiles?: { baseline: ColumnProfile; window: ColumnProfile }
  /** What all else is judged by. */
  inputs?: unknown
  /** Hours that the window was compared with in place of the stored baseline. */
  hours?: CountedHours | undefined
  /** What tells evaluations of other data apart: the counts of each side, and sums where a correction may change only these. */
  identity: { baseline: unknown; window: unknown }
}

/** Sums without their last digits, which depend on the order of adding. None may be of terms that cancel out. */
export const rounded = (sums: readonly number[]): string[] => sums.map((sum) => sum.toPrecision(9))

const NO_PROFILE: ColumnProfile = { counts: [], sums: [], squares: 0 }

/** A finding as it is stored, with all that it can be traced back by. */
export function toResult(request: RunRequest, baseline: Baseline, finding: Finding): Result {
  const { model, monitor, end, now, codeVersion, labelDelay } = request
  const { kind, column, slice = WHOLE, start, profiles, hours, identity, rule, ...found } = finding
  const member = { model: model.name, monitor: monitor.name, kind, column, ...slice }
  // A stored baseline has a hash of its own.
  const hash = hours === undefined ? baseline.hash : digest([baseline.binning, hours, identity.baseline])
  return {
    // The same evaluation again, after a crash say, is the same result; other data make another one.
    id: digest([member, start, end, hash, monitor, identity.window]).slice(0, 32),
    ...member,
    windowStart: start,
    windowEnd: end,
    evaluatedAt: now,
    verdict: found.verdict,
    reason: found.reason,
    explanation: found.explanation,
    effect: found.effect,
    noiseFloor: found.noiseFloor,
    statistics: found.statistics,
    evaluation: found.evaluation,
    baseline: { version: baseline.version, hash, profile: profiles?.baseline ?? NO_PROFILE, hours },
    window: { profile: profiles?.window ?? NO_PROFILE },
    inputs: found.inputs,
    binning: baseline.binning,
    monitorHash: digest(monitor),
    rule: labelDelay === undefined ? rule : { ...rule, labelDelay },
    codeVersion,
  }
}

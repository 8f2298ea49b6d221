import type { z } from 'zod'
import type { ChangeMark } from '../../detectors/performance/change-marks.ts'
import { estimateWindow, type EstimateColumns } from '../../detectors/performance/estimate-window.ts'
import { performanceMetrics } from '../../detectors/performance/metrics.ts'
import { performanceSums } from '../../detectors/performance/sums.ts'
import type { BaselineColumn } from '../../store/profiles/baselines.ts'
import type { ColumnProfile } from '../../store/profiles/binning.ts'
import type { LabelScale } from '../../store/labelled/label-scale.ts'
import type { LabelledColumn } from '../../store/labelled/labelled-profiles.ts'
import type { Task } from '../../control/declared/model.ts'
import type { performanceSchema } from '../contract/performance.ts'

/** What performance is computed with, whatever the period. */
export interface PerformanceContext {
  task: Task
  columns: readonly BaselineColumn[]
  scale: LabelScale
  baseline: readonly LabelledColumn[]
  /** Undefined where there is no estimate. */
  estimated: EstimateColumns | undefined
}

/** What is known of a period, or of a step of it. */
export interface PerformanceFacts {
  predictions: number
  labelled: readonly LabelledColumn[]
  score: ColumnProfile | undefined
  prediction: ColumnProfile | undefined
}

type PerformanceAnswer = z.input<typeof performanceSchema>['total']

/** Performance over a span of time, with what was to be expected. */
export function toPerformance(context: PerformanceContext, facts: PerformanceFacts): PerformanceAnswer {
  const { task, columns, scale, baseline, estimated } = context
  const sums = performanceSums(facts.labelled, columns, scale)
  const { rows: labelled } = sums.losses
  const estimate = estimated === undefined ? undefined : estimateWindow(estimated, scale, baseline, facts)
  return {
    predictions: facts.predictions,
    labelled,
    coverage: facts.predictions > 0 ? labelled / facts.predictions : null,
    metrics: performanceMetrics(task, sums),
    estimate: estimate ?? null,
  }
}

export function toChange(mark: ChangeMark): z.input<typeof performanceSchema>['changes'][number] {
  const { before, after } = mark
  return {
    ...mark,
    time: new Date(mark.time).toISOString(),
    found: new Date(mark.found).toISOString(),
    size: before === 0 ? null : (after - before) / before,
  }
}

/** The spans together. */
export function addSpans(spans: readonly PerformanceFacts[]): PerformanceFacts {
  const labelled = new Map<string, LabelledColumn>()
  for (const column of spans.flatMap((span) => span.labelled)) {
    const key = `${column.role} ${column.column}`
    const before = labelled.get(key)
    labelled.set(key, before === undefined ? column : { ...column, ...addArrays(before, column) })
  }
  const add = (of: 'score' | 'prediction') =>
    spans.reduce<ColumnProfile | undefined>((total, span) => {
      const profile = span[of]
      if (total === undefined || profile === undefined) return total ?? profile
      const { counts, sums } = addArrays({ ...total, squares: [] }, { ...profile, squares: [] })
      return { counts, sums, squares: total.squares + profile.squares }
    }, undefined)
  return {
    predictions: spans.reduce((sum, { predictions }) => sum + predictions, 0),
    labelled: [...labelled.values()],
    score: add('score'),
    prediction: add('prediction'),
  }
}

type Arrays = Record<'counts' | 'sums' | 'squares', readonly number[]>

function addArrays(a: Arrays, b: Arrays): Arrays {
  const add = (of: keyof Arrays) => a[of].map((value, i) => value + b[of][i])
  return { counts: add('counts'), sums: add('sums'), squares: add('squares') }
}

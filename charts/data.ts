/** What the charts show, their summaries tell and their tables list. Times are ISO 8601; rows are in order of time. */
import type { ExperimentMetric, ExperimentState } from '../domain/experiment.ts'
import type { Thresholds } from '../domain/thresholds.ts'
import type { Verdict } from '../domain/verdict.ts'

/** A statistic of one column over time. */
export interface SeriesData {
  /** As people read it: `PSI`. */
  statistic: string
  /** What it is of: a column, `score of ORD`. */
  of: string
  points: readonly SeriesPoint[]
  thresholds?: Thresholds | undefined
}

export interface SeriesPoint {
  /** End of the window, exclusive. */
  windowEnd: string
  value: number | null
  /** The least value that the window's rows tell from chance. */
  noiseFloor: number | null
  verdict: Verdict | null
}

/** How many of a model's columns drift, over time. */
export interface ShareData {
  points: readonly SharePoint[]
}

export interface SharePoint {
  windowEnd: string
  /** Columns that got a verdict; 0 leaves a gap. */
  columns: number
  /** Of those, at warning, and at critical. */
  warning: number
  critical: number
}

/** The effect on every column in every window. */
export interface HeatmapData {
  windowEnds: readonly string[]
  rows: readonly HeatmapRow[]
  /** Of rows that have none of their own. */
  thresholds: Thresholds
}

export interface HeatmapRow {
  /** The column, with segment or version where they narrow it. */
  label: string
  /** Kind of drift: `feature`. */
  kind: string
  /** What the effects are, as people read it; `effect` by default. */
  statistic?: string | undefined
  thresholds?: Thresholds | undefined
  /** One a window; `null` where it was not evaluated. */
  verdicts: readonly (Verdict | null)[]
  effects: readonly (number | null)[]
}

/** A cell of the heatmap, as indices into `rows` and `windowEnds`. */
export interface Cell {
  row: number
  window: number
}

/** Baseline and window over the same bins. */
export interface DistributionData {
  column: string
  /** What the side that is compared is called; `window` by default. */
  side?: string | undefined
  bins: readonly DistributionBin[]
}

export interface DistributionBin {
  label: string
  kind: 'missing' | 'other' | 'unseen' | 'category' | 'value' | 'range'
  /** In [0, 1]; `null` where the side is empty. */
  baselineShare: number | null
  windowShare: number | null
  /** To PSI; `null` where a side is empty. */
  contribution: number | null
}

/** Stored rows by steps of time. */
export interface VolumeData {
  points: readonly VolumePoint[]
}

export interface VolumePoint {
  /** Beginning of the step. */
  time: string
  predictions: number
  labels: number
  deadLetters: number
}

/** A metric of a model over time. */
export interface PerformanceData {
  /** As people read it: `Log loss`. */
  metric: string
  step: '1h' | '1d'
  points: readonly PerformancePoint[]
  /** The metric on the baseline. */
  baseline: number | null
  /** Values of the metric from which on a loss counts: above the baseline, or of accuracy and its like below. */
  thresholds?: Thresholds | undefined
  changes: readonly PerformanceChange[]
}

export interface PerformancePoint {
  /** Beginning of the step. */
  time: string
  value: number | null
  /** The confidence interval. */
  low: number | null
  high: number | null
  /** What scores make expect. */
  estimate: number | null
  predictions: number
  /** Those of them whose label has come. */
  labelled: number
  /** Whether labels have had time to come; null while it is not known how long they take. */
  mature: boolean | null
}

/** Where errors began to be others. */
export interface PerformanceChange {
  time: string
  detector: 'page_hinkley' | 'adwin'
  direction: 'worse' | 'better'
  /** As people read it; not always the metric of the chart. */
  metric: string
  /** Relative change of that metric. */
  size: number | null
}

/** How far apart champion and challenger of an experiment are, as hours come in. */
export interface ExperimentData {
  metric: ExperimentMetric
  /** Of the interval, in (0, 1): `0.95`. */
  level: number
  /** Within ± this, a difference does not matter. */
  margin: number | null
  points: readonly ExperimentPoint[]
}

export interface ExperimentPoint {
  /** Beginning of the hour. */
  time: string
  /** So far: pairs, or rows of both sides. */
  rows: number
  /** Mean loss of the challenger minus that of the champion. */
  difference: number
  /** The interval, valid at all hours together; null before the first look. */
  lower: number | null
  upper: number | null
  state: ExperimentState
}

/** The labels of both sides within bins of a column: whether they mean something else there. */
export interface LabelRatesData {
  column: string
  /** What of the labels, as people read it: `share of late`, `mean label`. */
  what: string
  /** Whether it is a share in [0, 1], or a number on the scale of the labels. */
  isShare: boolean
  bins: readonly LabelRateBin[]
}

export interface LabelRateBin {
  label: string
  /** Labelled rows. */
  baselineRows: number
  windowRows: number
  baseline: Interval
  window: Interval
  /** Whether the bin says by itself that labels changed. */
  broke: boolean
}

/** A value and its confidence interval. */
export interface Interval {
  value: number
  low: number
  high: number
}

/** Where the change of a loss comes from: the same total, split over each column. */
export interface LossSplitData {
  /** What is averaged, as people read it: `log loss`. */
  loss: string
  change: number
  columns: readonly LossSplitColumn[]
}

export interface LossSplitColumn {
  name: string
  /** Rows that moved between the values of the column, and rows that lose more or less than before. */
  shift: number
  concept: number
  /** Share of the change that it explains. */
  explains: number
}

/** One column in detail. */
export interface LossBinsData {
  loss: string
  column: string
  bins: readonly LossBin[]
}

export interface LossBin {
  label: string
  share: { baseline: number; window: number }
  /** Null without rows. */
  mean: { baseline: number | null; window: number | null }
  shift: number
  concept: number
  /** Beyond chance, and among those that make up most of it. */
  named: boolean
}

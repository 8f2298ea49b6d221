import type { LossBinsData, LossSplitData } from '../charts/loss/data.ts'
import type { Answer } from './queries/answer.ts'

export type Explained = Answer<'getPerformanceExplained'>['explained']

/** Columns that a chart shows, those that explain most. */
const MAX_SHOWN = 10

const LOSSES: Record<Explained['loss'], string> = {
  log_loss: 'log loss',
  brier: 'Brier score',
  error_rate: 'error rate',
  squared_error: 'mean squared error',
  absolute_error: 'mean absolute error',
}

type Column = Explained['columns'][number]

/** Tells columns apart that are called the same, such as a feature called "score". */
export const columnKey = ({ role, column }: Column) => `${role} ${column}`

function nameOf({ columns }: Explained, { role, column }: Column): string {
  const isAmbiguous = columns.some((other) => other.column === column && other.role !== role)
  return isAmbiguous ? `${column} (${role})` : column
}

export const shownColumns = ({ columns }: Explained) => columns.slice(0, MAX_SHOWN)

export function splitChart(explained: Explained): LossSplitData {
  return {
    loss: LOSSES[explained.loss],
    change: explained.change ?? 0,
    columns: shownColumns(explained).map((column) => ({ ...column, name: nameOf(explained, column) })),
  }
}

/** Bins without rows on either side are left out. */
export function binsChart(explained: Explained, column: Column): LossBinsData {
  const bins = column.bins.filter(({ share }) => share.baseline > 0 || share.window > 0)
  return { loss: LOSSES[explained.loss], column: nameOf(explained, column), bins }
}

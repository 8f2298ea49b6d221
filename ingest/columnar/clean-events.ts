import { cleanLabels } from './clean-labels.ts'
import { cleanPredictions } from './clean-predictions.ts'
import type { CleanRows, RowContext } from './clean-rows.ts'
import type { Layout } from './layout.ts'

export function cleanRows(layout: Layout, context: RowContext): CleanRows {
  return layout.kind === 'predictions' ? cleanPredictions(layout, context) : cleanLabels(layout, context)
}

import { cleanLabels } from './clean-labels.ts'
import { cleanPredictions } from './clean-predictions.ts'
import type { CleanRows, RowContext } from './clean-rows.ts'
import type { Layout } from './layout.ts'
import { textReading } from './values-sql.ts'

export function cleanRows(layout: Layout, context: RowContext): CleanRows {
  if (layout.kind === 'predictions') return cleanPredictions(layout, context)
  return layout.kind === 'labels' ? cleanLabels(layout, context) : noneClean(layout)
}

/** Reference features are a sample of the predictions: few enough to be read as records, all of them. */
function noneClean({ fields }: Layout): CleanRows {
  return { clean: '0', key: textReading(fields.get('id')!).value, at: 'NULL', reportedAt: 'at', inserts: [] }
}

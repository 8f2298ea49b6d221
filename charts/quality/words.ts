import { formatPercent, truncate } from '../format.ts'
import { SHARE_NAMES, sharesIn, type QualityData } from './data.ts'
import { breaches, extent, over, sentence } from '../summary.ts'
import { tableColumn, type Table } from '../table.ts'

/** `Data of age over 30 windows from 1 to 30 Apr 2001: missing 0% to 12%, out of range 0%, critical in 3 of them.` */
export function qualitySummary(data: QualityData): string {
  const { column, points } = data
  const what = `Data of ${truncate(column)}`
  if (points.length === 0) return `${what}: no windows.`
  const shares = sharesIn(data).map((name) => {
    const values = points.flatMap((point) => point[name] ?? [])
    return `${SHARE_NAMES[name]} ${extent(values, formatPercent)}`
  })
  const severities = points.map(({ severity }) => severity)
  const found = severities.some((severity) => severity === 'warning' || severity === 'critical')
  return sentence(`${what} ${over(points.map(({ windowEnd }) => windowEnd))}: ${shares.join(', ')}`, [
    found ? `findings: ${breaches(severities)}` : 'no findings',
  ])
}

export function qualityTable(data: QualityData): Table {
  const names = sharesIn(data)
  return {
    columns: [
      tableColumn('Window end', 'time'),
      ...names.map((name) => tableColumn(SHARE_NAMES[name], 'share')),
      tableColumn('Finding'),
    ],
    rows: data.points.map((point) => [
      point.windowEnd,
      ...names.map((name) => point[name]),
      point.severity ?? 'not checked',
    ]),
  }
}

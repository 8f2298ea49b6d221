import { rulesIn, type Rule } from '../../../domain/constraints.ts'
import type { Baseline } from '../../../control/declared/baselines.ts'
import type { ColumnFindingName } from '../../../domain/data-finding.ts'
import { windowStart } from '../../../domain/monitor-window.ts'
import { identifier, literal } from '../../../store/engine/sql.ts'
import { predictionsBetween } from '../../../store/events/predictions.ts'
import { onShards } from '../../../store/events/silver.ts'
import type { BaselineColumn } from '../../../store/profiles/baselines.ts'
import type { ColumnProfile } from '../../../store/profiles/binning.ts'
import { rowsOfColumn } from '../../../store/profiles/column-count.ts'
import { violationSql } from '../../../store/profiles/quality-counts.ts'
import { segmentText } from '../../../store/profiles/segment-sql.ts'
import { comparedRows, comparisonOf } from '../../../store/skew/skew-sql.ts'
import { slotSql } from '../../../store/profiles/slot-sql.ts'
import {
  readOffendingRows,
  valueOf,
  type OffendingQuery,
  type OffendingRows,
} from '../../../store/views/offending-rows.ts'
import { slotsOutside } from '../../verdict/groups.ts'
import { slotsBeyond } from '../../verdict/out-of-range.ts'
import { baselineHours } from '../baseline-hours.ts'
import { driftWindows } from '../drift-windows.ts'
import type { WindowRequest } from '../run-request.ts'
import { WHOLE } from '../slices.ts'

/** What values had to keep to: what is declared, with the rows that break each rule, or the range of the baseline. */
export type Limits =
  { from: 'declared'; rules: { rule: Rule; rows: number }[] } | { from: 'baseline'; min: number; max: number }

export interface Offending extends OffendingRows {
  limits?: Limits
}

/** The rows of a window that a finding about a column is about; all it may be about, if it was not found. */
export async function offendingRows(
  request: WindowRequest,
  baseline: Baseline,
  column: BaselineColumn,
  finding: ColumnFindingName,
): Promise<Offending> {
  const { store, model, monitor, end } = request
  const spans = [{ from: windowStart(monitor, end), to: end }]
  const text = `toString(${segmentText(column)})`
  const scope = {
    from: rowsOfColumn(store, { model: model.name, column, spans })!,
    ...valueOf(text),
  }
  const read = (query: Pick<OffendingQuery, 'isOffending' | 'rules'>) =>
    readOffendingRows(store, { ...scope, ...query })
  const source = identifier(column.source)
  const isUnusable = `has(invalid, ${literal(column.name)})`
  const inSlots = (slots: readonly number[]) =>
    `has([${slots.join(', ')}], ${slotSql(source, column.binning)})`
  switch (finding) {
    case 'schema':
    case 'missing':
      return read({ isOffending: `isNull(${source}) AND NOT ${isUnusable}` })
    case 'invalid':
      return read({ isOffending: isUnusable })
    case 'skew':
      return skewedRows(request, column)
    case 'constant':
      return read({ isOffending: `isNotNull(${source})` })
    case 'unseen': {
      const slots = slotsOutside({
        binning: column.binning,
        baseline: await compared(request, baseline, column),
      })
      return read({ isOffending: slots.length === 0 ? '0' : inSlots(slots) })
    }
    case 'range': {
      const declared = await violations(request, column, read)
      if (declared?.isBroken) return declared.rows
      const { binning } = column
      if (column.role !== 'feature' || binning.kind !== 'numeric')
        return declared?.rows ?? read({ isOffending: '0' })
      const beyond = slotsBeyond({ binning, baseline: await compared(request, baseline, column) })
      if (beyond === undefined) return read({ isOffending: '0' })
      const { min, max, below, above } = beyond
      const slots = [...below, ...above]
      const rows = await read({ isOffending: slots.length === 0 ? '0' : inSlots(slots) })
      return { ...rows, limits: { from: 'baseline', min, max } }
    }
  }
}

/** Rows whose feature was served with another value than was computed offline, among those that can be compared. */
function skewedRows(
  { store, model, monitor, end }: WindowRequest,
  { role, name }: BaselineColumn,
): Promise<OffendingRows> {
  const feature = role === 'feature' ? model.features.find((one) => one.name === name) : undefined
  if (feature === undefined) throw new Error(`a ${role} is not compared with reference features`)
  const { compared, differs, served } = comparisonOf(model, feature, 0)
  const rows = { from: windowStart(monitor, end), to: end, features: [feature] }
  const text = `toString(${served})`
  return readOffendingRows(store, {
    from: `${onShards(store, model.name, (tables) => comparedRows(rows, tables))} WHERE ${compared}`,
    isOffending: differs,
    ...valueOf(text),
  })
}

/** The rows that break what is declared of a feature, and whether they are more than are tolerated. */
async function violations(
  { model }: WindowRequest,
  { role, name }: BaselineColumn,
  read: (query: Pick<OffendingQuery, 'isOffending' | 'rules'>) => Promise<OffendingRows>,
): Promise<{ rows: Offending; isBroken: boolean } | undefined> {
  const feature = role === 'feature' ? model.features.find((one) => one.name === name) : undefined
  const declared = feature === undefined ? [] : rulesIn(feature)
  if (feature === undefined || declared.length === 0) return undefined
  const rules = declared.map((rule) => violationSql(feature, rule)!)
  const found = await read({ isOffending: rules.map((rule) => `(${rule})`).join(' OR '), rules })
  const most = Math.max(...found.rules) / Math.max(1, found.rows)
  return {
    rows: {
      ...found,
      limits: { from: 'declared', rules: declared.map((rule, i) => ({ rule, rows: found.rules[i] })) },
    },
    isBroken: most > (feature.tolerance ?? 0),
  }
}

/** What the column of the window was compared with. */
async function compared(
  { store, model, monitor, end }: WindowRequest,
  baseline: Baseline,
  column: BaselineColumn,
): Promise<ColumnProfile> {
  const start = windowStart(monitor, end)
  if (baselineHours(monitor.baseline, { from: start, to: end }, monitor.timezone) === undefined)
    return column.profile
  const sides = await driftWindows({ store, model, monitor, end }, baseline, [WHOLE], { withQuality: false })(
    WHOLE,
  )(start)
  return sides.baseline(column)
}

/** The rows of a window with features that are not declared, and the names of these. */
export function rowsWithUndeclared({ store, model, monitor, end }: WindowRequest): Promise<OffendingRows> {
  const start = windowStart(monitor, end)
  const from = onShards(store, model.name, (tables) =>
    predictionsBetween(model.name, start, end, undefined, tables),
  )
  return readOffendingRows(store, {
    from,
    isOffending: 'notEmpty(unknown)',
    value: "CAST(NULL, 'Nullable(String)')",
    counted: "CAST(unknown, 'Array(String)')",
  })
}

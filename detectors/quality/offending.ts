import type { Constraints } from '../../domain/constraints.ts'
import {
  LOWEST_EDGE,
  slotCount,
  type CategoricalBinning,
  type ColumnProfile,
  type NumericBinning,
} from '../../store/profiles/binning.ts'
import type { ColumnInput } from '../verdict/column-input.ts'
import { groupCounts, slotsOutside } from '../verdict/groups.ts'
import { slotsBeyond } from '../verdict/out-of-range.ts'
import { totals, effectiveRows } from '../statistics/counts.ts'
import { psi } from '../statistics/psi.ts'
import { DEFAULT_THRESHOLDS } from '../../domain/thresholds.ts'
import type { ColumnFinding } from './judge-column.ts'

type Column = ColumnInput & { constraints?: Constraints | undefined }

/**
 * Whether what is wrong with the data is all that has changed of a column: without the rows that findings are about, the
 * distributions of both sides do not differ by an effect that matters.
 */
export function explainsDrift(column: Column, findings: readonly ColumnFinding[]): boolean {
  if (findings.some(({ finding }) => finding === 'schema' || finding === 'constant')) return true
  const offending = new Set(findings.flatMap(({ finding }) => slotsOf(finding, column)))
  const without = ({ counts, ...rest }: ColumnProfile) => ({
    ...rest,
    counts: counts.map((rows, slot) => (offending.has(slot) ? 0 : rows)),
  })
  const { baseline, window } = groupCounts({
    binning: column.binning,
    baseline: without(column.baseline),
    window: without(column.window),
  })
  const rows = totals(baseline, window)
  const value = psi(baseline, window)
  if (!rows || value === undefined) return true
  const groups = baseline.filter((count, i) => count + window[i] > 0).length
  return value - (groups - 1) / effectiveRows(rows) < DEFAULT_THRESHOLDS.psi.warning
}

/** The slots of the count array that hold the rows of a finding; all that may hold some. */
function slotsOf(finding: ColumnFinding['finding'], column: Column): number[] {
  const { binning } = column
  switch (finding) {
    case 'schema':
    case 'constant':
    // Rows that differ may have any value.
    case 'skew':
      return []
    case 'invalid':
    case 'missing':
      return [0]
    case 'unseen':
      return slotsOutside(column)
    case 'range':
      return [
        ...(column.constraints?.required === true ? [0] : []),
        ...(binning.kind === 'numeric'
          ? slotsOutOfRange(binning, column)
          : slotsNotAllowed(binning, column.constraints)),
      ]
  }
}

function slotsOutOfRange(binning: NumericBinning, { baseline, constraints }: Column): number[] {
  const { min = -Infinity, max = Infinity } = constraints ?? {}
  const beyond = slotsBeyond({ binning, baseline })
  const { edges } = binning
  const declared = edges.flatMap((edge, cell) => {
    const isBelow = (edges[cell + 1] ?? Infinity) <= min || (edge === LOWEST_EDGE && min > edge)
    return isBelow || edge > max ? [cell + 1] : []
  })
  return [...(beyond?.below ?? []), ...(beyond?.above ?? []), ...declared]
}

function slotsNotAllowed(binning: CategoricalBinning, constraints: Constraints = {}): number[] {
  const { allowed, pattern } = constraints
  const whole = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, 'u')
  const isAllowed = (category: string) =>
    (allowed === undefined || allowed.includes(category)) && (whole === undefined || whole.test(category))
  const listed = binning.categories.flatMap((category, i) => (isAllowed(category) ? [] : [i + 1]))
  return [...listed, slotCount(binning) - 1]
}

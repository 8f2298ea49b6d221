import { slotCount } from '../../store/profiles/binning.ts'
import type { DirtyHour } from '../../store/events/dirty-hours.ts'
import { labelPlaces, labelScale, type LabelScale } from '../../store/labelled/label-scale.ts'
import type { LabelledSums } from '../../store/labelled/labelled-sql.ts'
import { hasBinLosses, binLossCells } from '../../store/labelled/bin-losses.ts'
import type { Task } from '../../control/declared/model.ts'
import { streamOf, type Stream } from '../../store/profiles/profiles.ts'
import { hoursByInsert } from '../../store/engine/partitions.ts'
import type { BinnedColumn } from '../../store/profiles/profile-sql.ts'
import type { SegmentColumn } from '../../control/declared/segment-column.ts'
import { partCount } from '../../store/profiles/segments.ts'

/** Hours that are counted and published together. */
export interface RollupJob {
  stream: Stream
  /** Ascending. */
  hours: Date[]
  /** Columns to count, a statement each. */
  columns: BinnedColumn[][]
  /** What to sum over labelled rows, a statement each. */
  labelled: LabelledSums[]
}

/** Counts a statement may hold in memory at once: hours × segments × slots of all columns. */
const MAX_CELLS = 4_000_000
/** Beyond this many columns a statement takes longer to plan than to run, and out of proportion. */
const MAX_COLUMNS = 100

/** Cuts the work on hours that changed into statements of bounded size: first by hours, then by columns. */
export function planRollup(
  task: Task,
  columns: readonly BinnedColumn[],
  dirty: readonly DirtyHour[],
  segments: readonly SegmentColumn[] = [],
): RollupJob[] {
  const parts = partCount(segments)
  const label = columns.find(({ role }) => role === 'label')
  const scale = label && labelScale(task, label.binning)
  return (['predictions', 'labels'] as const).flatMap((stream) => {
    const own = cut(
      columns.filter(({ role }) => streamOf(role) === stream),
      ({ binning }) => slotCount(binning),
    )
    const labelled = stream === 'labels' && scale !== undefined ? labelledSums(scale, columns) : []
    if (own.length === 0) return []
    const cells = Math.max(
      ...own.map((chunk) => sum(chunk, ({ binning }) => slotCount(binning))),
      ...labelled.map((sums) => sum(sums.columns, (column) => labelledCells(sums.scale, column))),
    )
    const together = Math.max(1, Math.floor(MAX_CELLS / (cells * parts)))
    return hoursByInsert(hoursIn(dirty, stream)).flatMap((hours) =>
      Array.from({ length: Math.ceil(hours.length / together) }, (_, i) => ({
        stream,
        hours: hours.slice(i * together, (i + 1) * together),
        columns: own,
        labelled,
      })),
    )
  })
}

/** The hours of a stream, each once, ascending. */
export function hoursIn(dirty: readonly DirtyHour[], stream: Stream): Date[] {
  const times = new Set(dirty.filter((hour) => hour.stream === stream).map(({ hour }) => hour.getTime()))
  return [...times].sort((a, b) => a - b).map((time) => new Date(time))
}

function labelledSums(scale: LabelScale, columns: readonly BinnedColumn[]): LabelledSums[] {
  const others = columns.filter(({ role }) => role !== 'label')
  const chunks = cut(others, (column) => labelledCells(scale, column))
  return [...chunks].map((chunk, i) =>
    i === 0
      ? { scale, columns: chunk, losses: others, binLosses: others, delays: true }
      : { scale, columns: chunk, binLosses: others },
  )
}

/** Of numbers their sums and squares besides, and of most columns the losses. */
function labelledCells(scale: LabelScale, column: BinnedColumn): number {
  const own = scale.kind === 'number' ? 3 : labelPlaces(scale)
  return slotCount(column.binning) * (own + (hasBinLosses(column) ? binLossCells(scale.kind) : 0))
}

/** Chunks of at most {@link MAX_COLUMNS} columns and, but for single ones, {@link MAX_CELLS} cells an hour. */
function cut(columns: readonly BinnedColumn[], cellsOf: (column: BinnedColumn) => number): BinnedColumn[][] {
  const chunks: BinnedColumn[][] = []
  let cells = Infinity
  for (const column of columns) {
    const own = cellsOf(column)
    const last = chunks.at(-1)
    if (last === undefined || last.length === MAX_COLUMNS || cells + own > MAX_CELLS) {
      chunks.push([column])
      cells = own
    } else {
      last.push(column)
      cells += own
    }
  }
  return chunks
}

function sum(columns: readonly BinnedColumn[], of: (column: BinnedColumn) => number): number {
  return columns.reduce((total, column) => total + of(column), 0)
}

import type { Cell, HeatmapData } from './data.ts'
import { effectStep, type EffectStep } from './effect-scale.ts'
import { isBreach } from './verdict.ts'

/** Edges of a rectangle, in whole pixels so that no cell is blurred. */
export interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

/** SVG path data, each for all cells that look alike. */
export interface CellPaths {
  /** One a step of the scale. */
  fills: string[]
  /** Cells without enough data: their areas, and the hatching over them as lines. */
  hatched: string
  hatching: string
  /** Marks of breaches, by the shape of the verdict. */
  warning: string
  critical: string
}

/** A mark of less than so many pixels a side could not be told from another. */
const LEAST_MARK = 3
const LARGEST_MARK = 9
const HATCH_SPACING = 6

/** Geometry of the whole heatmap. A cell that was not evaluated leaves no trace. */
export function cellPaths(
  data: HeatmapData,
  scale: readonly EffectStep[],
  boxOf: (cell: Cell) => Box,
): CellPaths {
  const fills = scale.map((): string[] => [])
  const marks = { warning: [] as string[], critical: [] as string[] }
  const runs: Box[] = []
  data.rows.forEach(({ verdicts, effects }, row) => {
    data.windowEnds.forEach((_, window) => {
      const verdict = verdicts[window] ?? null
      if (verdict === null) return
      const box = boxOf({ row, window })
      if (verdict === 'insufficient_data') {
        const last = runs.at(-1)
        // Neighbours are hatched as one, so that the lines run through.
        if (last?.top === box.top && last.right === box.left) last.right = box.right
        else runs.push({ ...box })
        return
      }
      const shown = inset(box)
      fills[effectStep(scale, verdict, effects[window] ?? null)].push(rectangle(shown))
      if (isBreach(verdict)) marks[verdict].push(mark(verdict, shown))
    })
  })
  const hatched = runs.map(inset)
  return {
    fills: fills.map((paths) => paths.join('')),
    hatched: hatched.map(rectangle).join(''),
    hatching: hatched.map(hatch).join(''),
    warning: marks.warning.join(''),
    critical: marks.critical.join(''),
  }
}

/** A gap to the next cell, where the cell is wide enough to spare it. */
function inset({ left, right, top, bottom }: Box): Box {
  return { left, right: right - left >= 4 ? right - 1 : right, top, bottom: bottom - 1 }
}

function rectangle({ left, right, top, bottom }: Box): string {
  return `M${left} ${top}H${right}V${bottom}H${left}Z`
}

/** Lines at 45 degrees, at the same places in all boxes. */
function hatch({ left, right, top, bottom }: Box): string {
  const lines: string[] = []
  const first = Math.ceil((left + top) / HATCH_SPACING) * HATCH_SPACING
  for (let sum = first; sum < right + bottom; sum += HATCH_SPACING) {
    const [x0, x1] = [Math.max(left, sum - bottom), Math.min(right, sum - top)]
    lines.push(`M${x0} ${sum - x0}L${x1} ${sum - x1}`)
  }
  return lines.join('')
}

/** The mark in the middle of a cell; none where the cell is too small for it. */
function mark(verdict: 'warning' | 'critical', { left, right, top, bottom }: Box): string {
  const width = Math.min(right - left - 2, LARGEST_MARK)
  const height = Math.min(bottom - top - 4, LARGEST_MARK, 2 * width)
  if (width < LEAST_MARK || height < LEAST_MARK) return ''
  const x = (left + right - width) / 2
  const y = (top + bottom - height) / 2
  if (verdict === 'warning') return `M${x + width / 2} ${y}L${x + width} ${y + height}H${x}Z`
  return rectangle({ left: x, right: x + width, top: y, bottom: y + height })
}

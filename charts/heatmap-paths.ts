import type { Cell, HeatmapData } from './data.ts'
import { effectStep, type EffectStep } from './effect-scale.ts'

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

/** Pixels a side of a mark, and what it takes with the room around it. */
const MARK = 8
const MARK_ROOM = 12
const HATCH_SPACING = 6

/** Neighbouring cells of one verdict. */
interface Run extends Box {
  cells: number
}

/** Geometry of the whole heatmap. A cell that was not evaluated leaves no trace. */
export function cellPaths(
  data: HeatmapData,
  scale: readonly EffectStep[],
  boxOf: (cell: Cell) => Box,
): CellPaths {
  const fills = scale.map((): string[] => [])
  const runs: Record<'insufficient_data' | 'warning' | 'critical', Run[]> = {
    insufficient_data: [],
    warning: [],
    critical: [],
  }
  data.rows.forEach(({ verdicts, effects }, row) => {
    data.windowEnds.forEach((_, window) => {
      const verdict = verdicts[window] ?? null
      if (verdict === null) return
      const box = boxOf({ row, window })
      if (verdict !== 'ok') extend(runs[verdict], box)
      if (verdict === 'insufficient_data') return
      fills[effectStep(scale, verdict, effects[window] ?? null)].push(rectangle(inset(box)))
    })
  })
  const hatched = runs.insufficient_data.map(inset)
  return {
    fills: fills.map((paths) => paths.join('')),
    hatched: hatched.map(rectangle).join(''),
    hatching: hatched.map(hatch).join(''),
    warning: runs.warning.flatMap((run) => marks(run, triangle)).join(''),
    critical: runs.critical.flatMap((run) => marks(run, square)).join(''),
  }
}

function extend(runs: Run[], box: Box): void {
  const last = runs.at(-1)
  if (last?.top === box.top && last.right === box.left) {
    last.right = box.right
    last.cells++
  } else runs.push({ ...box, cells: 1 })
}

/** A gap to the next cell, where the cell is wide enough for a mark of its own; narrow ones form stripes. */
function inset({ left, right, top, bottom }: Box): Box {
  return { left, right: right - left >= MARK_ROOM ? right - 1 : right, top, bottom: bottom - 1 }
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

/** Marks within a run: one a cell where cells are wide enough, else as many as have room, and none below that. */
function marks({ left, right, top, bottom, cells }: Run, shape: (x: number, y: number) => string): string[] {
  const width = right - left
  if (width <= MARK || bottom - top <= MARK) return []
  const count = Math.min(cells, Math.max(1, Math.floor(width / MARK_ROOM)))
  const y = (top + bottom - 1 - MARK) / 2
  return Array.from({ length: count }, (_, i) =>
    shape(left + ((i + 0.5) / count) * width - (MARK + 1) / 2, y),
  )
}

function triangle(x: number, y: number): string {
  return `M${x + MARK / 2} ${y}L${x + MARK} ${y + MARK}H${x}Z`
}

function square(x: number, y: number): string {
  return rectangle({ left: x, right: x + MARK, top: y, bottom: y + MARK })
}

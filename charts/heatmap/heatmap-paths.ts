import type { HeatmapRow } from '../data.ts'
import { effectStep, type EffectStep } from '../effect-scale.ts'
import type { Verdict } from '../../domain/verdict.ts'

/** Edges of a rectangle, in whole pixels so that no cell is blurred. */
export interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

/** SVG path data, each for all cells of a row that look alike. */
export interface RowPaths {
  /** One a step of the scale. */
  fills: string[]
  /** Cells without enough data: their areas, and the hatching over them as lines. */
  hatched: string
  hatching: string
  /** Marks of breaches and of what is unconfirmed, by the shape of the verdict. */
  warning: string
  critical: string
  unconfirmed: string
}

/** Pixels a side of a mark, and what it takes with the room around it. */
const MARK = 8
const MARK_ROOM = 12
const HATCH_SPACING = 6

/** Neighbouring cells of one row. */
interface Run extends Box {
  cells: number
}

/** Geometry of one row; `boxes` holds a box a window. A cell that was not evaluated leaves no trace. */
export function rowPaths(row: HeatmapRow, scale: readonly EffectStep[], boxes: readonly Box[]): RowPaths {
  const fills = scale.map((): Run[] => [])
  const runs: Record<Exclude<Verdict, 'ok'>, Run[]> = {
    insufficient_data: [],
    unconfirmed: [],
    warning: [],
    critical: [],
  }
  boxes.forEach((box, window) => {
    const verdict = row.verdicts[window] ?? null
    if (verdict === null) return
    if (verdict !== 'ok') extend(runs[verdict], box)
    if (verdict === 'insufficient_data') return
    extend(fills[effectStep(scale, verdict, row.effects[window] ?? null)], inset(box))
  })
  const hatched = runs.insufficient_data.map(inset)
  return {
    fills: fills.map((boxes) => boxes.map(rectangle).join('')),
    hatched: hatched.map(rectangle).join(''),
    hatching: hatched.map(hatch).join(''),
    warning: runs.warning.flatMap((run) => marks(run, triangle)).join(''),
    critical: runs.critical.flatMap((run) => marks(run, square)).join(''),
    unconfirmed: runs.unconfirmed.flatMap((run) => marks(run, hollow)).join(''),
  }
}

/** Adds a box to the run that it continues, so that a stretch of one colour or hatching is one shape. */
function extend(runs: Run[], box: Box): void {
  const last = runs.at(-1)
  if (last?.right === box.left) {
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

/** Upside down and hollow: the inner triangle, drawn the other way round, stays empty. */
function hollow(x: number, y: number): string {
  const [left, right, bottom] = [x, x + MARK, y + MARK]
  const middle = x + MARK / 2
  return (
    `M${left} ${y}H${right}L${middle} ${bottom}Z` +
    `M${left + 2.5} ${y + 1.5}L${middle} ${bottom - 3}L${right - 2.5} ${y + 1.5}Z`
  )
}

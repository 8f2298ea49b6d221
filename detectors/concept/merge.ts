import { binOf, type ConceptBin } from './bin.ts'
import type { Cell } from './cell.ts'

/** A bin of a numeric column holds at least this share of the window's rows: more bins would only cost power. */
const ORDERED_SHARE = 1 / 10
/** A category with this share of the window's rows stands by itself, rarer ones stand together. */
const NOMINAL_SHARE = 1 / 30

const MISSING = 0

/**
 * Merges cells into bins that can be tested, by the rows of both sides together, never by how they differ: neighbours
 * of a numeric column; of a categorical one those too small to stand alone, in their order, which is by frequency.
 * Missing values stand alone. Cells that cannot be tested are left out.
 */
export function mergeCells(
  cells: readonly Cell[],
  { ordered, kind }: { ordered: boolean; kind: 'classes' | 'number' },
): ConceptBin[] {
  const rows = cells.reduce((sum, { window }) => sum + window.rows, 0)
  const least = rows * (ordered ? ORDERED_SHARE : NOMINAL_SHARE)
  const test = (some: readonly Cell[]) =>
    some.reduce((sum, { window }) => sum + window.rows, 0) >= least ? binOf(some, kind) : undefined

  const missing = cells.filter(({ slot }) => slot === MISSING)
  const values = cells.filter(({ slot }) => slot !== MISSING)
  const alone = ordered ? [] : values.flatMap((cell) => test([cell]) ?? [])
  const taken = new Set(alone.flatMap(({ slots }) => slots))
  const joined = joinNeighbours(
    values.filter(({ slot }) => !taken.has(slot)),
    test,
    kind,
  )
  const missingBin = missing.length === 0 ? undefined : binOf(missing, kind)
  const bins = [...alone, ...joined, ...(missingBin === undefined ? [] : [missingBin])]
  return bins.sort((a, b) => a.slots[0] - b.slots[0])
}

/** From the first to the last, as few as make a bin; what remains at the end joins the last bin. */
function joinNeighbours(
  cells: readonly Cell[],
  test: (some: readonly Cell[]) => ConceptBin | undefined,
  kind: 'classes' | 'number',
): ConceptBin[] {
  const groups: Cell[][] = []
  let open: Cell[] = []
  for (const cell of cells) {
    open.push(cell)
    if (test(open) === undefined) continue
    groups.push(open)
    open = []
  }
  // Cells from which no bin can be made are not forced on one that could do without them.
  const last = groups.pop()
  const rest = last === undefined ? [open] : [[...last, ...open], last]
  const end = rest.filter((group) => group.length > 0).flatMap((group) => binOf(group, kind) ?? [])
  return [...groups.flatMap((group) => binOf(group, kind) ?? []), ...end.slice(0, 1)]
}

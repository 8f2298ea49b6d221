import { normalSf } from '../../detectors/statistics/tails.ts'
import { categoricalBinning, NUMERIC, type SimulatedColumn } from './columns.ts'
import { Multinomial } from './random.ts'

export const SHIFTS = ['mean', 'variance', 'category share'] as const
export type Shift = (typeof SHIFTS)[number]

/** Of a numeric column's values. */
export interface Normal {
  mean: number
  sd: number
}

export const STANDARD_NORMAL: Normal = { mean: 0, sd: 1 }

export interface ShiftedColumn {
  before: SimulatedColumn
  after: SimulatedColumn
  /** The values of a numeric column after the change; before it, they are standard normal. */
  normal: Normal
}

const DECILES = 10
const CATEGORIES = [0.4, 0.25, 0.2, 0.1, 0.05]

/** A column before and after a change of the kind that gives this PSI between the true shares. */
export function shiftedColumn(shift: Shift, psi: number): ShiftedColumn {
  const sharesAfter = family(shift)
  const before = sharesAfter(0)
  const size = solve(
    (x) => truePsi(before, sharesAfter(x)),
    psi,
    shift === 'category share' ? CATEGORIES[0] : 50,
  )
  const binning = shift === 'category share' ? categoricalBinning(CATEGORIES.length) : NUMERIC
  const column = (shares: number[]): SimulatedColumn => ({ binning, law: new Multinomial(shares) })
  return { before: column(before), after: column(sharesAfter(size)), normal: normalAfter(shift, size) }
}

/** Shares over all slots by the size of the shift, 0 being none. */
function family(shift: Shift): (size: number) => number[] {
  switch (shift) {
    case 'mean':
      return (size) => normalShares((edge) => edge - size)
    case 'variance':
      return (size) => normalShares((edge) => edge / (1 + size))
    case 'category share':
      return (size) => {
        const moved = [...CATEGORIES]
        moved[0] -= size
        moved[moved.length - 1] += size
        return [0, ...moved, 0]
      }
  }
}

function normalAfter(shift: Shift, size: number): Normal {
  if (shift === 'mean') return { mean: size, sd: 1 }
  return shift === 'variance' ? { mean: 0, sd: 1 + size } : STANDARD_NORMAL
}

const normalCdf = (x: number) => normalSf(-x)
const NORMAL_DECILES = Array.from({ length: DECILES - 1 }, (_, i) => {
  const share = (i + 1) / DECILES
  return share < 0.5 ? -solve((x) => normalCdf(x), 1 - share, 10) : solve((x) => normalCdf(x), share, 10)
})

/** Shares of a normal variable between the deciles of the standard one, `standardised` undoing its shift. */
function normalShares(standardised: (edge: number) => number): number[] {
  const below = [0, ...NORMAL_DECILES.map((edge) => normalCdf(standardised(edge))), 1]
  return [0, ...below.slice(1).map((share, i) => share - below[i])]
}

function truePsi(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, share, i) => (share === 0 ? sum : sum + (q[i] - share) * Math.log(q[i] / share)), 0)
}

/** The x in [0, high] at which a rising function reaches the value, by bisection. */
function solve(rising: (x: number) => number, value: number, high: number): number {
  let [low, top] = [0, high]
  for (let step = 0; step < 60; step++) {
    const middle = (low + top) / 2
    if (rising(middle) < value) low = middle
    else top = middle
  }
  return (low + top) / 2
}

import {
  LOWEST_EDGE,
  nextDouble,
  type ColumnBinning,
  type ColumnProfile,
} from '../../store/profiles/binning.ts'
import { Multinomial } from './random.ts'

export interface StreamColumn {
  binning: ColumnBinning
  /** Holds the classes of a label or prediction. */
  classes?: boolean | undefined
}

/** A feature of a simulated model: rows are drawn from its shares over the slots of its count array. */
export interface SimulatedColumn extends StreamColumn {
  law: Multinomial
  /** Each row has, with this probability, the same slot as in the column `of` (which comes earlier). */
  copies?: { of: number; share: number } | undefined
}

/** Correlated features come in groups: the rows of all but the first copy it with this probability. */
const GROUP = 5
const COPIED = 0.8

const DECILES = 10
/** Boundaries between the deciles of a uniform variable: which numbers they are makes no difference to counts. */
export const NUMERIC: ColumnBinning = decileBinning(
  Array.from({ length: DECILES - 1 }, (_, i) => (i + 1) / DECILES),
)

export function decileBinning(edges: readonly number[]): ColumnBinning {
  return { kind: 'numeric', edges: [LOWEST_EDGE, ...edges], groups: { by: 'edge', edges }, centre: 0.5 }
}

export function categoricalBinning(categories: number): ColumnBinning {
  const names = Array.from({ length: categories }, (_, i) => `c${i}`)
  return { kind: 'categorical', categories: names, truncated: false, singletons: 0 }
}

/** Kinds of columns, taken in turn. */
const KINDS: { binning: ColumnBinning; law: Multinomial }[] = [
  { binning: NUMERIC, law: new Multinomial([0, ...even(DECILES)]) },
  { binning: NUMERIC, law: new Multinomial([0.02, ...even(DECILES).map((share) => 0.98 * share)]) },
  { binning: categoricalBinning(5), law: new Multinomial([0, 0.4, 0.25, 0.2, 0.1, 0.05, 0]) },
  { binning: NUMERIC, law: new Multinomial([0, ...even(DECILES)]) },
  {
    binning: categoricalBinning(40),
    law: new Multinomial([0.01, ...zipf(40).map((share) => 0.989 * share), 0.001]),
  },
]

/** Three numeric features of five, one with missing values, a short list of categories, and a long tail of them. */
export function simulatedColumns(features: number, correlated: boolean): SimulatedColumn[] {
  return Array.from({ length: features }, (_, i) => {
    const group = Math.floor(i / GROUP)
    const kind = KINDS[(correlated ? group : i) % KINDS.length]
    const first = group * GROUP
    return { ...kind, copies: correlated && i > first ? { of: first, share: COPIED } : undefined }
  })
}

/** Verdicts are made of counts alone. */
export function profileOf(counts: Int32Array): ColumnProfile {
  return { counts: Array.from(counts), sums: [], squares: 0 }
}

/** Columns that are mostly zero, smooth ones in fine bins, and classes of which one is rare. */
export function unevenColumns(features: number): SimulatedColumn[] {
  const kinds = [
    zeroInflated(0.92, 2),
    zeroInflated(0.6, 4),
    zeroInflated(0, 10),
    { binning: categoricalBinning(2), law: new Multinomial([0, 0.998, 0.002, 0]), classes: true },
    { binning: categoricalBinning(4), law: new Multinomial([0, 0.6, 0.36, 0.03, 0.01, 0]), classes: true },
  ]
  return Array.from({ length: features }, (_, i) => kinds[i % kinds.length])
}

const FINE_BINS = 240

/** Zeros, and as many further rows evenly over fine bins, which PSI takes in `groups` groups. */
function zeroInflated(zeros: number, groups: number): SimulatedColumn {
  const cuts = (n: number) => Array.from({ length: n - 1 }, (_, i) => (i + 1) / n)
  const shares = even(FINE_BINS).map((share) => (1 - zeros) * share)
  return {
    binning: {
      kind: 'numeric',
      edges: [LOWEST_EDGE, 0, nextDouble(0), ...cuts(FINE_BINS)],
      points: zeros > 0 ? [0] : [],
      groups: { by: 'edge', edges: cuts(groups), ...(zeros > 0 && { atoms: [0] }) },
      centre: 0.5,
    },
    law: new Multinomial([0, 0, zeros, ...shares]),
  }
}

/** As a monitor's run counts them: PSI and missing of every column, unseen of a categorical one, shares of classes. */
export function testsOf(columns: readonly StreamColumn[]): number {
  return columns.reduce(
    (sum, { binning, classes }) => sum + (binning.kind === 'categorical' ? (classes ? 4 : 3) : 2),
    0,
  )
}

function even(n: number): number[] {
  return new Array<number>(n).fill(1 / n)
}

/** Shares of categories by rank. */
export function zipf(n: number): number[] {
  const weights = Array.from({ length: n }, (_, i) => 1 / (i + 1))
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / whole)
}

import { LOWEST_EDGE, nextDouble, type NumericBinning } from '../../store/profiles/binning.ts'
import { categoricalBinning, zipf, type SimulatedColumn } from '../false-alarms/columns.ts'
import { Multinomial, type Random } from '../false-alarms/random.ts'
import { BASELINE_ROWS } from '../false-alarms/stream.ts'

/** A column with the share of its missing values that are unusable ones. */
export interface QualityColumn extends SimulatedColumn {
  unusable: number
}

const DECILES = 10
/** Cells below the baseline's smallest value and above its largest lie at both ends, as in a stored binning. */
const RANGED: NumericBinning = {
  kind: 'numeric',
  edges: [LOWEST_EDGE, 0, ...Array.from({ length: DECILES - 1 }, (_, i) => (i + 1) / DECILES), nextDouble(1)],
  groups: { by: 'edge', edges: Array.from({ length: DECILES - 1 }, (_, i) => (i + 1) / DECILES) },
  centre: 0.5,
}

/** Three numeric features of five, two of them with missing and unusable values, and two categorical ones. */
export function qualityColumns(random: Random, features: number): QualityColumn[] {
  return Array.from({ length: features }, (_, i) => KINDS[i % KINDS.length](random))
}

const KINDS: ((random: Random) => QualityColumn)[] = [
  (random) => numeric(random, 0, 0),
  (random) => numeric(random, 0.02, 0.1),
  (random) => numeric(random, 0.2, 0.01),
  () => categorical([0, 0.4, 0.25, 0.2, 0.1, 0.05, 0], 0),
  () => categorical([0.01, ...zipf(40).map((share) => 0.989 * share), 0.001], 0.05),
]

/** What lies beyond the extremes of a baseline follows an exponential law with one row of it on average. */
function numeric(random: Random, missing: number, unusable: number): QualityColumn {
  const tail = () => -Math.log(random.next()) / BASELINE_ROWS
  const [below, above] = [tail(), tail()]
  const within = (1 - missing - below - above) / DECILES
  const shares = [missing, below, ...new Array<number>(DECILES).fill(within), above]
  return { binning: RANGED, law: new Multinomial(shares), unusable }
}

function categorical(shares: readonly number[], unusable: number): QualityColumn {
  return { binning: categoricalBinning(shares.length - 2), law: new Multinomial([...shares]), unusable }
}

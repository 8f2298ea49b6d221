/** SciPy computes the same statistics of 1,000 random pairs of columns, and must come to the same numbers. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chiSquare } from '../detectors/chi-square.ts'
import { jensenShannon } from '../detectors/jensen-shannon.ts'
import { ksPValue, ksStatistic } from '../detectors/kolmogorov-smirnov.ts'
import { wassersteinExact } from '../detectors/wasserstein.ts'

const PAIRS = 1000
const TOLERANCE = 1e-9

interface Opinion {
  kind: string
  n: [number, number]
  /** Ascending inner edges of bins `[a, b)`, the outermost ones open. */
  inner: number[]
  chi_square: [statistic: number, p: number, df: number]
  yates: [statistic: number, p: number]
  jensen_shannon: number
  cramers_v?: number
  ks?: [d: number, p: number]
  ks_exact?: number
  wasserstein?: number
}

const python = findPython()

describe('a second opinion from SciPy', () => {
  if (!python && process.env.REQUIRE_ALL === '1') {
    it('needs python3 with numpy and scipy', () => expect.fail('none found; set PYTHON to one that has them'))
  } else if (!python) {
    console.log(
      'SKIPPED scipy-second-opinion: no python3 with numpy and scipy found; set PYTHON to one that has them',
    )
  }

  it.skipIf(!python)(
    `agrees on ${PAIRS} pairs of columns`,
    () => {
      const script = join(import.meta.dirname, 'scipy', 'second-opinion.py')
      const output = execFileSync(python!, [script, String(PAIRS)], { maxBuffer: 2 ** 31 - 1 })
      const worst = new Map<string, number>()
      const wrong: string[] = []
      let pairs = 0
      for (const { opinion, b, c } of frames(output)) {
        for (const [name, got, want] of compare(opinion, b, c)) {
          const deviation = deviationOf(name, got, want)
          worst.set(name, Math.max(worst.get(name) ?? 0, deviation))
          if (!(deviation <= TOLERANCE))
            wrong.push(`pair ${pairs} (${opinion.kind}) ${name}: ${got}, SciPy ${want}`)
        }
        pairs++
      }
      console.log(`largest deviations over ${pairs} pairs:`, Object.fromEntries(worst))
      expect(wrong).toEqual([])
      expect(pairs).toBe(PAIRS)
    },
    600_000,
  )
})

type Comparison = [name: string, got: number | undefined, want: number]

function* compare(opinion: Opinion, b: Float64Array, c: Float64Array): Generator<Comparison> {
  const binned = [b, c].map((side) => binCounts(opinion.inner, side))
  const [statistic, p, df] = opinion.chi_square
  const plain = chiSquare(binned[0], binned[1])
  yield ['chi-square', plain?.statistic, statistic]
  yield ['chi-square p', plain?.pValue, p]
  yield ['chi-square df', plain?.df, df]
  if (opinion.cramers_v !== undefined) yield ["Cramér's V", plain?.cramersV, opinion.cramers_v]
  const corrected = chiSquare(binned[0], binned[1], { yates: true })
  yield ['Yates', corrected?.statistic, opinion.yates[0]]
  yield ['Yates p', corrected?.pValue, opinion.yates[1]]
  yield ['Jensen–Shannon', jensenShannon(binned[0], binned[1]), opinion.jensen_shannon]
  if (!opinion.ks) return
  const cells = valueCounts(b, c)
  const d = ksStatistic(cells.b, cells.c)
  yield ['KS', d, opinion.ks[0]]
  yield ['KS p', ksPValue(d ?? NaN, b.length, c.length, 'asymptotic'), opinion.ks[1]]
  if (opinion.ks_exact !== undefined) {
    yield ['KS exact p', ksPValue(d ?? NaN, b.length, c.length, 'exact'), opinion.ks_exact]
  }
  yield ['Wasserstein', wassersteinExact(cells.values, cells.b, cells.c), opinion.wasserstein ?? NaN]
}

/** p-values are compared by their digits; what is 0 in doubles on one side may be 1e-310 on the other. */
function deviationOf(name: string, got: number | undefined, want: number): number {
  if (got === undefined) return Infinity
  const difference = Math.abs(got - want)
  if (name.endsWith(' p'))
    return difference <= 1e-300 ? 0 : difference / Math.max(Math.abs(got), Math.abs(want))
  // SciPy sums terms of both signs: its divergence is good to 1e-15, but the root of that, near 0, only to 1e-8.
  if (name === 'Jensen–Shannon') return Math.min(difference, Math.abs(got * got - want * want) * 1e6)
  return difference / Math.max(1, Math.abs(want))
}

function* frames(output: Buffer): Generator<{ opinion: Opinion; b: Float64Array; c: Float64Array }> {
  for (let at = 0; at < output.length;) {
    const start = at + 4
    const end = start + output.readUInt32LE(at)
    const opinion = JSON.parse(output.toString('utf8', start, end)) as Opinion
    const [middle, next] = [end + 8 * opinion.n[0], end + 8 * (opinion.n[0] + opinion.n[1])]
    yield { opinion, b: doubles(output, end, middle), c: doubles(output, middle, next) }
    at = next
  }
}

/** Copied, because a typed array must start at a multiple of eight. */
function doubles(output: Buffer, start: number, end: number): Float64Array {
  return new Float64Array(Uint8Array.from(output.subarray(start, end)).buffer)
}

function binCounts(inner: number[], side: Float64Array): number[] {
  const counts = Array<number>(inner.length + 1).fill(0)
  for (const value of side) {
    let [low, high] = [0, inner.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (inner[middle] <= value) low = middle + 1
      else high = middle
    }
    counts[low] += 1
  }
  return counts
}

function valueCounts(b: Float64Array, c: Float64Array): { values: number[]; b: number[]; c: number[] } {
  const values = [...new Set([...b, ...c])].sort((x, y) => x - y)
  const index = new Map(values.map((value, i) => [value, i]))
  const count = (side: Float64Array) => {
    const counts = values.map(() => 0)
    for (const value of side) counts[index.get(value)!] += 1
    return counts
  }
  return { values, b: count(b), c: count(c) }
}

/** `$PYTHON`, a `.venv` in the clone, or the system's, whichever first has numpy and scipy. */
function findPython(): string | undefined {
  const candidates = [
    process.env.PYTHON,
    join(import.meta.dirname, '..', '.venv', 'bin', 'python'),
    'python3',
  ]
  return candidates.find((candidate) => {
    if (!candidate) return false
    try {
      execFileSync(candidate, ['-c', 'import numpy, scipy.stats'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
}

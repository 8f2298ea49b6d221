/** Runs second-opinion.py, which has SciPy compute what the detectors compute, and reads what it writes. */
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'

export type ChiSquareOpinion = [statistic: number, p: number, df: number]
export type TestOpinion = [statistic: number, p: number]

/** What SciPy says of one pair of columns. */
export interface Opinion {
  kind: string
  n: [number, number]
  /** Over PSI's bins. */
  groups: { chi_square: ChiSquareOpinion; yates: ChiSquareOpinion; jensen_shannon: number }
  /** Of categories, all of both sides. */
  chi_square?: ChiSquareOpinion
  cramers_v?: number
  /** With the exact p where `n_b n_c` is at most a million; then the asymptotic one too. */
  ks?: TestOpinion
  ks_asymptotic?: number
  wasserstein?: number
  /** Population standard deviation of the baseline. */
  deviation?: number
  tests?: TestOpinions
}

/** Tests between samples that no verdict takes, and bins of the baseline; of pairs without too many rows. */
export interface TestOpinions {
  mann_whitney: TestOpinion
  sturges: number[]
  doane: number[]
  anderson?: TestOpinion
  student?: TestOpinion
  welch?: TestOpinion
}

export interface Pair {
  opinion: Opinion
  baseline: number[]
  window: number[]
}

export interface Tails {
  normal: [z: number, p: number][]
  chi_square: [x: number, df: number, p: number][]
}

const script = join(import.meta.dirname, 'second-opinion.py')

export function tailOpinions(python: string, number: number): Tails {
  return JSON.parse(execFileSync(python, [script, 'tails', String(number)], { encoding: 'utf8' })) as Tails
}

/** Pairs as SciPy gets them done, so that both sides compute at the same time. */
export async function* pairOpinions(python: string, number: number): AsyncGenerator<Pair> {
  const child = spawn(python, [script, 'pairs', String(number)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const take = reader(child.stdout)
  for (let i = 0; i < number; i++) {
    const length = (await take(4)).readUInt32LE()
    const opinion = JSON.parse((await take(length)).toString('utf8')) as Opinion
    yield {
      opinion,
      baseline: doubles(await take(8 * opinion.n[0])),
      window: doubles(await take(8 * opinion.n[1])),
    }
  }
}

/** Takes so many bytes at a time from a stream; fails where it ends before. */
function reader(stream: AsyncIterable<Buffer>): (bytes: number) => Promise<Buffer> {
  const chunks = stream[Symbol.asyncIterator]()
  let ahead: Buffer = Buffer.alloc(0)
  return async (bytes) => {
    const parts = [ahead]
    let length = ahead.length
    while (length < bytes) {
      const { done, value } = await chunks.next()
      if (done) throw new Error('second-opinion.py ended early: its error is above')
      parts.push(value)
      length += value.length
    }
    const all = Buffer.concat(parts)
    ahead = all.subarray(bytes)
    return all.subarray(0, bytes)
  }
}

function doubles(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i))
}

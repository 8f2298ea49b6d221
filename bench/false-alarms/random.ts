/** Seeded draws, exact in law and fast: hours of counts in place of rows. */

/** sfc32 (Chris Doty-Humphrey): 128 bits of state, so that runs with different seeds share nothing. */
export class Random {
  #state: Int32Array

  constructor(seed: number) {
    this.#state = Int32Array.of(seed, seed ^ 0x9e3779b9, 0x243f6a88, 1)
    for (let i = 0; i < 20; i++) this.next()
  }

  /** A number in (0, 1). */
  next(): number {
    const state = this.#state
    const b = state[1]
    const c = state[2]
    const sum = (state[0] + b + state[3]) | 0
    state[3]++
    state[0] = b ^ (b >>> 9)
    state[1] = c + (c << 3)
    state[2] = ((c << 21) | (c >>> 11)) + sum
    return ((sum >>> 0) + 0.5) / 4294967296
  }

  /** Successes among n trials of probability p. */
  binomial(n: number, p: number): number {
    if (n === 0 || p <= 0) return 0
    if (p >= 1) return n
    if (p > 0.5) return n - this.binomial(n, 1 - p)
    return n * p < 10 ? this.#byInversion(n, p) : this.#byRejection(n, p)
  }

  #byInversion(n: number, p: number): number {
    const odds = p / (1 - p)
    for (;;) {
      let rest = this.next()
      let density = (1 - p) ** n
      let k = 0
      while (rest > density && k <= n) {
        rest -= density
        density *= ((n - k) / (k + 1)) * odds
        k++
      }
      if (k <= n) return k
    }
  }

  /** Hörmann (1993), The generation of binomial random variates: transformed rejection, BTRS. */
  #byRejection(n: number, p: number): number {
    const spread = Math.sqrt(n * p * (1 - p))
    const b = 1.15 + 2.53 * spread
    const a = -0.0873 + 0.0248 * b + 0.01 * p
    const mode = Math.floor((n + 1) * p)
    for (;;) {
      const u = this.next() - 0.5
      const v = this.next()
      const distance = 0.5 - Math.abs(u)
      const k = Math.floor(((2 * a) / distance + b) * u + n * p + 0.5)
      if (k < 0 || k > n) continue
      if (distance >= 0.07 && v <= 0.92 - 4.2 / b) return k
      const hat = (v * (2.83 + 5.1 / b) * spread) / (a / (distance * distance) + b)
      const density =
        logFactorial(mode) +
        logFactorial(n - mode) -
        logFactorial(k) -
        logFactorial(n - k) +
        (k - mode) * Math.log(p / (1 - p))
      if (Math.log(hat) <= density) return k
    }
  }
}

const SMALL = [1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880].map(Math.log)

/** Stirling's series from 10 on: relative error below 1e-9. */
function logFactorial(n: number): number {
  if (n < SMALL.length) return SMALL[n]
  const square = n * n
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + (1 - 1 / (30 * square)) / (12 * n)
}

/** Below so many rows a cell, single rows cost less than binomials. */
const ROWS_PER_CELL = 6

/** Draws counts over cells of given shares. */
export class Multinomial {
  readonly shares: Float64Array
  /** Of what is left after the cells before it, the share of each cell. */
  readonly #ofRest: Float64Array
  /** Walker's alias table. */
  readonly #kept: Float64Array
  readonly #alias: Int32Array

  /** @param shares of the cells; they sum to 1 */
  constructor(shares: readonly number[]) {
    this.shares = Float64Array.from(shares)
    let rest = 1
    this.#ofRest = this.shares.map((share) => {
      const ofRest = rest > 0 ? Math.min(1, share / rest) : 1
      rest -= share
      return ofRest
    })
    this.#ofRest[this.#ofRest.length - 1] = 1
    this.#kept = this.shares.map((share) => share * shares.length)
    this.#alias = Int32Array.from(shares, (_, i) => i)
    const small = [...this.#kept.keys()].filter((i) => this.#kept[i] < 1)
    const large = [...this.#kept.keys()].filter((i) => this.#kept[i] >= 1)
    while (small.length > 0 && large.length > 0) {
      const from = small.pop()!
      const to = large.at(-1)!
      this.#alias[from] = to
      this.#kept[to] -= 1 - this.#kept[from]
      if (this.#kept[to] < 1) small.push(large.pop()!)
    }
    for (const i of [...small, ...large]) this.#kept[i] = 1
  }

  /** One row's cell. */
  cell(random: Random): number {
    const position = random.next() * this.#kept.length
    const cell = Math.floor(position)
    return position - cell < this.#kept[cell] ? cell : this.#alias[cell]
  }

  /** Adds the counts of n rows to `counts`. */
  add(random: Random, n: number, counts: Int32Array): void {
    const cells = counts.length
    if (n < ROWS_PER_CELL * cells) {
      for (let row = 0; row < n; row++) counts[this.cell(random)]++
      return
    }
    let left = n
    for (let cell = 0; cell < cells && left > 0; cell++) {
      const drawn = random.binomial(left, this.#ofRest[cell])
      counts[cell] += drawn
      left -= drawn
    }
  }
}

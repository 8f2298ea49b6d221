/** Durbin's matrix for the Kolmogorov distribution. */
import { stirlingError } from './saddle-point.ts'

/**
 * `P(D_n < d)` exactly, as `n! / n^n` times the middle element of H^n, H being of size 2k - 1 with `k = ceil(n d)`.
 * Durbin (1968); Marsaglia, Tsang and Wang (2003), Evaluating Kolmogorov's distribution, J. Stat. Softw. 8(18).
 * Takes `(2 n d)³ log n` steps. All its terms are positive; about 13 digits.
 */
export function durbinCdf(d: number, n: number): number {
  const k = Math.floor(n * d) + 1
  const size = 2 * k - 1
  const powered = matrixPowerRow(durbinMatrix(k, k - n * d), size, n, k - 1)
  return powered[k - 1] * Math.sqrt(2 * Math.PI * n) * Math.exp(stirlingError(n))
}

/** H over e: by Stirling's formula its n-th power neither overflows nor underflows, as `n! / n^n` is about `e^-n`. */
function durbinMatrix(k: number, h: number): Float64Array {
  const m = 2 * k - 1
  const inverseFactorial = [1]
  for (let i = 1; i <= m; i++) inverseFactorial.push(inverseFactorial[i - 1] / i)
  const matrix = new Float64Array(m * m)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m && j <= i + 1; j++) {
      let entry = 1
      if (j === 0) entry -= h ** (i + 1)
      if (i === m - 1) entry -= h ** (m - j)
      if (j === 0 && i === m - 1) entry += Math.max(0, 2 * h - 1) ** m
      matrix[i * m + j] = (entry * inverseFactorial[Math.max(0, i - j + 1)]) / Math.E
    }
  }
  return matrix
}

/** One row of the matrix's power, by repeated squaring; only the row is multiplied by the odd factors. */
function matrixPowerRow(matrix: Float64Array, size: number, power: number, index: number): Float64Array {
  let row = new Float64Array(size)
  row[index] = 1
  for (let left = power; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) row = multiply(row, matrix, 1, size)
    if (left > 1) matrix = multiply(matrix, matrix, size, size)
  }
  return row
}

function multiply(a: Float64Array, b: Float64Array, rows: number, size: number): Float64Array<ArrayBuffer> {
  const product = new Float64Array(rows * size)
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k]
      if (factor === 0) continue
      for (let j = 0; j < size; j++) product[i * size + j] += factor * b[k * size + j]
    }
  }
  return product
}

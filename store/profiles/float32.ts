import { nextDouble } from './binning.ts'

/** Half-open, `[from, to)`. */
export interface Interval {
  from: number
  to: number
}

/** The smallest normal number of single precision; below it rounding is coarse. */
const MIN_NORMAL = 2 ** -126

/** From here on, single precision does not tell one whole number from the next. */
const WHOLE_NUMBERS_MERGE = 2 ** 24

/**
 * All doubles that single precision cannot tell from `value`, those that round to the same float32. Among numbers so large
 * that these would include other whole numbers, only `value`, its copy, and what lies between them. Zero and what is too
 * large or too small for a normal float32 stand for themselves alone.
 */
export function float32Interval(value: number): Interval {
  const rounded = Math.fround(value)
  if (!Number.isFinite(rounded) || Math.abs(rounded) < MIN_NORMAL) return soleValue(value)
  if (Math.abs(rounded) >= WHOLE_NUMBERS_MERGE)
    return { from: Math.min(value, rounded), to: nextDouble(Math.max(value, rounded)) }
  const [below, above] = neighbours(rounded)
  // A half-way point rounds to the even neighbour, so it may or may not belong here.
  const [low, high] = [midpoint(below, rounded), midpoint(rounded, above)]
  return {
    from: Math.fround(low) === rounded ? low : nextDouble(low),
    to: Math.fround(high) === rounded ? nextDouble(high) : high,
  }
}

/** The interval of one double. */
export function soleValue(value: number): Interval {
  return { from: value, to: nextDouble(value) }
}

/** The float32 below and above; where there is none, what the next one would be. */
function neighbours(rounded: number): [number, number] {
  const magnitude = (step: -1 | 1) => {
    const bits = new Uint32Array(Float32Array.of(Math.abs(rounded)).buffer)
    bits[0] += step
    return Math.min(new Float32Array(bits.buffer)[0], 2 ** 128)
  }
  return rounded > 0 ? [magnitude(-1), magnitude(1)] : [-magnitude(1), -magnitude(-1)]
}

const midpoint = (a: number, b: number) => a + (b - a) / 2

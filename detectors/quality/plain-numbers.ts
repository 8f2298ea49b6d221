/** Numbers for people to declare: few digits, and never inward of what they are made from. */

/** A bound at least `margin` above `x`, in steps of a power of ten of which at least two fit into the margin. */
export function plainAbove(x: number, margin: number): number {
  const far = x + margin
  const exponent = Math.floor(Math.log10(margin / 2))
  const steps = Math.ceil(far / 10 ** exponent)
  // Where a step is less than the digits of a double, the sum itself is as plain as it gets.
  return Number.isSafeInteger(steps) ? Math.max(far, Number(`${steps}e${exponent}`)) : far
}

/** A bound at least `margin` below `x`, likewise. */
export function plainBelow(x: number, margin: number): number {
  return 0 - plainAbove(-x, margin)
}

/** A share of one significant digit that is not below this one. */
export function plainShareAbove(share: number): number {
  const exponent = Math.floor(Math.log10(share))
  const rounded = Number(`${Math.ceil(share / 10 ** exponent)}e${exponent}`)
  return Math.max(share, rounded)
}

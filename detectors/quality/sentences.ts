import type { Constraints, Rule } from '../../domain/constraints.ts'
import { quoted } from '../../domain/printable.ts'
import { formatNumber } from '../verdict/groups.ts'
import type { SkewCounts } from '../../domain/skew.ts'
import { count, figure, percent } from '../verdict/phrases.ts'

/** What findings say about a column, each a sentence or two that names the way to look further. */

type In = { rows: number; hours: number | undefined }

export function gone(name: string, { rows, hours }: In): string {
  return `None of the ${count(rows)} rows ${stretch(hours)} has ${quoted(name)}; it has stopped arriving.`
}

export function invalid(share: number, expected: number): string {
  return `${percent(share)} of values are unusable: of the wrong type, or not finite. ${compared(expected)}`
}

export function missing(share: number, expected: number): string {
  return share > expected
    ? `The value is missing from ${percent(share)} of rows. ${compared(expected)}`
    : `The value is missing from only ${percent(share)} of rows. ${compared(expected)}`
}

export function outOfRange(
  { share, below, above }: { share: number; below: number; above: number },
  { min, max }: { min: number; max: number },
): string {
  const sides = [
    below > 0 ? `${percent(below)} below ${formatNumber(min)}` : '',
    above > 0 ? `${percent(above)} above ${formatNumber(max)}` : '',
  ].filter(Boolean)
  return `${percent(share)} of values are outside the baseline's range: ${sides.join(', ')}.`
}

export function unseen(share: number, expected: number): string {
  return `${percent(share)} of values are categories not found in the baseline; ${percent(expected)} was expected.`
}

/** Without ids and values of rows, which would stay where these are erased. */
export function skewed(counts: SkewCounts, mean: number | null): string {
  const { rows, differing, missingServed, missingReference, both } = counts
  const lacking = [
    missingServed > 0 ? `${percent(missingServed / rows)} were served without a value` : '',
    missingReference > 0 ? `${percent(missingReference / rows)} have none in the reference` : '',
  ].filter(Boolean)
  const parts = [
    `${percent(differing / rows)} of ${count(rows)} rows were served with a value other than the one computed offline.`,
    ...(lacking.length === 0 ? [] : [`Of the ${count(rows)} rows, ${lacking.join(' and ')}.`]),
    // Of categories there is no difference to average.
    ...(mean === null || mean === 0
      ? []
      : [
          `On average, served values are ${figure(Math.abs(mean))} ${mean > 0 ? 'above' : 'below'} the reference (${count(both)} rows).`,
        ]),
  ]
  return parts.join(' ')
}

export function constant({ rows, hours }: In): string {
  return `All ${count(rows)} values ${stretch(hours)} are the same, although the column varied in the baseline. The source may be stuck.`
}

const stretch = (hours: number | undefined) =>
  hours === undefined ? 'in the window' : `of the last ${hours} hours`

/** Rules that are broken, with the share of rows that break each. */
export function violated(broken: readonly { rule: Rule; share: number }[], constraints: Constraints): string {
  const parts = broken.map(({ rule, share }) => `${percent(share)} of rows ${VIOLATIONS[rule](constraints)}`)
  const { tolerance = 0 } = constraints
  const allowed = tolerance === 0 ? 'none is tolerated' : `${percent(tolerance)} is tolerated`
  return `${parts.join('; ')}; ${allowed}.`
}

const VIOLATIONS: Record<Rule, (constraints: Constraints) => string> = {
  min: ({ min = 0 }) => `are below the declared minimum of ${formatNumber(min)}`,
  max: ({ max = 0 }) => `are above the declared maximum of ${formatNumber(max)}`,
  allowed: ({ allowed = [] }) =>
    `have a value that is not one of the ${count(allowed.length)} declared as allowed`,
  pattern: ({ pattern = '' }) => `do not match the declared pattern ${pattern}`,
  required: () => 'have no value, although one is required',
}

function compared(expected: number): string {
  return expected === 0 ? 'The baseline has none.' : `In the baseline it is ${percent(expected)}.`
}

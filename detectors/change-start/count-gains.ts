import { sum } from '../../domain/sum.ts'
import type { HourGain } from './likeliest-start.ts'

/** The rows of a column in one hour, by slot. */
export interface CountHour {
  /** Its beginning, epoch milliseconds. */
  time: number
  counts: readonly number[]
}

/** So few groups that a day's rows fill each of them. */
const GROUPS = 20
/** Added to the count of each group, so that none is impossible. */
const PRIOR = 0.5

/**
 * How much likelier the rows of each hour are by the distribution of the hours from `from` on than by the baseline's,
 * over about twenty groups of slots with like shares of the baseline. Pure.
 */
export function countGains(
  baseline: readonly number[],
  hours: readonly CountHour[],
  from: number,
): HourGain[] {
  const groups = grouping(baseline)
  const before = shares(grouped(baseline, groups))
  const grown = hours.map(({ time, counts }) => ({ time, counts: grouped(counts, groups) }))
  const after = new Array<number>(before.length).fill(0)
  for (const { counts } of grown.filter(({ time }) => time >= from))
    for (const [i, count] of counts.entries()) after[i] += count
  const ratios = shares(after).map((share, i) => Math.log(share / before[i]))
  return grown.map(({ time, counts }) => ({ time, gain: sum(counts.map((count, i) => count * ratios[i])) }))
}

/** The group of each slot. Slot 0, of missing values, and the last, of what the baseline had not, stand alone. */
function grouping(baseline: readonly number[]): number[] {
  const all = sum(baseline)
  let [group, held] = [0, 0]
  return baseline.map((count, slot) => {
    if (slot === 1 || slot === baseline.length - 1 || held >= all / GROUPS) {
      group++
      held = 0
    }
    held += count
    return slot === 0 ? 0 : Math.max(1, group)
  })
}

function grouped(counts: readonly number[], groups: readonly number[]): number[] {
  const sums = new Array<number>((groups.at(-1) ?? 0) + 1).fill(0)
  for (const [slot, count] of counts.entries()) sums[groups[slot]] += count
  return sums
}

function shares(counts: readonly number[]): number[] {
  const all = sum(counts) + PRIOR * counts.length
  return counts.map((count) => (count + PRIOR) / all)
}

import { logNormalRows, normalRows, rareRows, studentRows } from './draws.ts'
import type { Stream } from './streams.ts'

/** Two versions that are equally good: whoever wins is a false winner. */
export const NULL_CELLS: readonly Stream[] = [
  ...[10, 100, 1000].map((perHour) => ({ name: `pairs, ${perHour} an hour`, perHour, rows: normalRows })),
  ...[10, 100, 1000].map((perHour) => ({
    name: `pairs, ${perHour} an hour, hours move together`,
    perHour,
    rows: normalRows,
    hourly: 1 / 3,
  })),
  { name: 'pairs, 100 an hour, each hour nearly one value', perHour: 100, rows: normalRows, hourly: 3 },
  ...[10, 100].map((perHour) => ({ name: `pairs, ${perHour} an hour, t with 3 df`, perHour, rows: studentRows })), // prettier-ignore
  ...[10, 100].map((perHour) => ({ name: `pairs, ${perHour} an hour, log-normal`, perHour, rows: logNormalRows })), // prettier-ignore
  ...[10, 100].map((perHour) => ({ name: `pairs, ${perHour} an hour, 2% differ`, perHour, rows: rareRows })),
  ...[20, 200].map((perHour) => ({
    name: `split in halves, ${perHour} an hour`,
    perHour,
    rows: normalRows,
    challengerShare: 0.5,
  })),
  {
    name: 'split in halves, 200 an hour, hours move together on both sides',
    perHour: 200,
    rows: normalRows,
    challengerShare: 0.5,
    both: 1 / 3,
  },
  {
    name: 'split in halves, 200 an hour, hours move together on each side',
    perHour: 200,
    rows: normalRows,
    challengerShare: 0.5,
    hourly: 1 / 3,
  },
  {
    name: 'split in halves, 200 an hour, t with 3 df',
    perHour: 200,
    rows: studentRows,
    challengerShare: 0.5,
  },
  ...[20, 200].map((perHour) => ({
    name: `a tenth to the challenger, ${perHour} an hour, log-normal`,
    perHour,
    rows: logNormalRows,
    challengerShare: 0.1,
  })),
]

/** Where hours are not independent of one another, which takes more than the least hours. */
export const DEPENDENT_CELLS: readonly Stream[] = [
  {
    name: 'pairs, 100 an hour, hours keep half of the one before',
    perHour: 100,
    rows: normalRows,
    hourly: 1 / 3,
    kept: 0.5,
  },
  { name: 'pairs, 100 an hour, days move together', perHour: 100, rows: normalRows, daily: 0.1 },
  {
    name: 'split in halves, 200 an hour, days move together on each side',
    perHour: 200,
    rows: normalRows,
    challengerShare: 0.5,
    daily: 0.1,
  },
]

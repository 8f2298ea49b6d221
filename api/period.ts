import { invalid } from './problem.ts'

/** The period asked for, by default the last `length`, widened to whole steps. All in milliseconds. */
export function period(
  query: { from?: Date | undefined; to?: Date | undefined },
  now: Date,
  length: number,
  step: number,
): { from: Date; to: Date } {
  const to = Math.ceil((query.to ?? now).getTime() / step) * step
  const from = Math.floor((query.from?.getTime() ?? to - length) / step) * step
  if (from >= to) throw invalid('from', 'must be before "to"')
  return { from: new Date(Math.max(0, from)), to: new Date(to) }
}

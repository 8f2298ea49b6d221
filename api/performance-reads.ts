import { sum } from '../domain/sum.ts'
import { HOUR_MS } from '../domain/time.ts'
import type { LossHour } from '../detectors/performance/error-hours.ts'
import { monitors } from '../control/declared/monitor.ts'
import type { Baseline } from '../control/declared/baselines.ts'
import type { BaselineColumn } from '../store/profiles/baselines.ts'
import { readColumnSteps } from '../store/profiles/column-profiles.ts'
import { labelledOf, readLabelledSteps } from '../store/labelled/labelled-profiles.ts'
import { lossSumsOf } from '../store/labelled/loss-sums.ts'
import { streamOf } from '../store/profiles/profiles.ts'
import type { PerformanceContext, PerformanceFacts } from './answers/performance.ts'
import type { ApiContext } from './context.ts'

/** What is known of each step of the period, ascending. */
export async function readFacts(
  { store }: ApiContext,
  { columns, estimated }: PerformanceContext,
  baseline: Baseline,
  { stepMs, ...span }: { from: Date; to: Date; stepMs: number; version: string | undefined },
): Promise<Map<number, PerformanceFacts>> {
  const { from, to, version } = span
  const query = { model: baseline.model, binning: baseline.binning, version }
  const stepsOf = (column: BaselineColumn | undefined) =>
    column && readColumnSteps(store, { ...query, from, to, role: column.role, column: column.name }, stepMs)
  const counted = columns.find(({ role }) => streamOf(role) === 'predictions')
  const outcomes = columns.filter(
    ({ role, name }) => role === 'prediction' || (role === 'score' && name === 'score'),
  )
  const wanted = [{ role: 'loss', column: '' }, ...outcomes.map(({ role, name }) => ({ role, column: name }))]
  const labelled = await readLabelledSteps(store, { ...query, spans: [{ from, to }] }, wanted, stepMs)
  const rows = await stepsOf(counted)
  const scores = await stepsOf(estimated?.score)
  const predictions = await stepsOf(estimated?.prediction)
  const facts = new Map<number, PerformanceFacts>()
  for (let time = from.getTime(); time < to.getTime(); time += stepMs)
    facts.set(time, {
      predictions: sum(rows?.get(time)?.counts ?? []),
      labelled: labelled.get(time) ?? [],
      score: scores?.get(time),
      prediction: predictions?.get(time),
    })
  return facts
}

/** The losses of every hour up to a time: where they changed must not depend on the period that is looked at. */
export async function readLosses(
  { store }: ApiContext,
  { model, binning }: Baseline,
  { to, version }: { to: Date; version: string | undefined },
): Promise<LossHour[]> {
  const query = { model, binning, version, spans: [{ from: new Date(0), to }] }
  const hours = await readLabelledSteps(store, query, [{ role: 'loss', column: '' }], HOUR_MS)
  return [...hours]
    .sort(([a], [b]) => a - b)
    .map(([time, columns]) => ({ time, losses: lossSumsOf(labelledOf(columns, 'loss')) }))
}

/** The metric that the monitor names, or else the first by name of those that check performance. */
export async function chosenMetric({ store }: ApiContext, model: string, name: string | undefined) {
  const watching = (await monitors.list(store.control)).filter(
    (one) => one.model === model && one.checks.includes('performance'),
  )
  return (watching.find((one) => one.name === name) ?? watching[0])?.performance?.metric
}

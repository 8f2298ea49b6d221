import { HOUR_MS } from '../../domain/time.ts'
import { VERDICTS } from '../../domain/verdict.ts'
import type { WindowDigest } from '../../store/results/window-digests.ts'
import type { Metric } from '../mlflow/runs.ts'

/** What a window is of. */
export const partOf = ({ monitor, kind }: Pick<WindowDigest, 'monitor' | 'kind'>): string =>
  `${monitor}/${kind}`

/** The month of a time, such as `2026-01`, in UTC. */
export const monthOf = (time: Date): string => time.toISOString().slice(0, 7)

/** A metric that every window has, so that its steps are those that were written. */
export const markOf = (digest: Pick<WindowDigest, 'monitor' | 'kind'>): string =>
  `${partOf(digest)}/columns_ok`

const startOfMonth = (month: string): Date => new Date(`${month}-01T00:00:00Z`)

/**
 * A window as metrics of the run of its month: the columns by verdict, the largest effect, and the metric that performance
 * is judged by. The step is the hours since the month began.
 */
export function metricsOf(digest: WindowDigest): Metric[] {
  const { end, verdicts, effect, performance } = digest
  const timestamp = end.getTime()
  const step = Math.floor((timestamp - startOfMonth(monthOf(end)).getTime()) / HOUR_MS)
  const part = partOf(digest)
  const values: [string, number | null][] = [
    ...VERDICTS.map((verdict): [string, number] => [`columns_${verdict}`, verdicts[verdict] ?? 0]),
    ['worst_effect', effect],
    ...(performance === null ? [] : [[performance.metric, performance.value] as [string, number]]),
  ]
  return values.flatMap(([name, value]) =>
    value === null || !Number.isFinite(value) ? [] : [{ key: `${part}/${name}`, value, timestamp, step }],
  )
}

/**
 * What is to be added to a run that has `known` of the same keys: what it lacks, and what has changed since. A changed value
 * is of the time it was found at, so that MLflow takes it for the newer one of its step.
 */
export function unwritten(metrics: readonly Metric[], known: readonly Metric[], evaluatedAt: Date): Metric[] {
  return metrics.flatMap((metric) => {
    const before = known
      .filter(({ key, step }) => key === metric.key && step === metric.step)
      .toSorted((a, b) => b.timestamp - a.timestamp)
      .at(0)
    if (before === undefined) return [metric]
    if (before.value === metric.value) return []
    return [{ ...metric, timestamp: Math.max(evaluatedAt.getTime(), before.timestamp + 1) }]
  })
}

import { HOUR_MS } from '../../domain/time.ts'
import type { WindowDigest } from '../../store/results/window-digests.ts'
import type { Metric } from '../mlflow/runs.ts'

/** What a window is of, and so whose progress it is: see {@link windowDigests}. */
export const partOf = ({ monitor, kind }: Pick<WindowDigest, 'monitor' | 'kind'>): string =>
  `${monitor}/${kind}`

/** The month of a time, such as `2026-01`, in UTC. */
export const monthOf = (time: Date): string => time.toISOString().slice(0, 7)

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
    ...Object.entries(verdicts).map(([verdict, n]): [string, number] => [`columns_${verdict}`, n]),
    ['worst_effect', effect],
    ...(performance === null ? [] : [[performance.metric, performance.value] as [string, number]]),
  ]
  return values.flatMap(([name, value]) =>
    value === null || !Number.isFinite(value) ? [] : [{ key: `${part}/${name}`, value, timestamp, step }],
  )
}

import type { Api } from '../client/api-client.ts'
import { minute, skippedLines, type Skipped } from '../backtest/report.ts'
import { progressBar } from '../shared/progress.ts'

/** As the API answers. */
interface Step {
  from: string
  to: string
  windows: number
  evaluated: number
  remaining: number
  skipped: Skipped[]
}

export interface Backfilled extends Step {
  seconds: number
}

/** Asks for a backfill until it is complete, and shows on stderr how far it is. */
export async function backfill(
  api: Api,
  monitor: string,
  period: { from: string; to?: string | undefined },
): Promise<Backfilled> {
  const began = performance.now()
  const bar = progressBar()
  let evaluated = 0
  try {
    for (let { from, to } = period; ;) {
      const step = await api.post<Step>(`/monitors/${monitor}/backfill`, { from, to })
      evaluated += step.evaluated
      bar.update(step.windows - step.remaining, step.windows, `${step.remaining} windows left`)
      const seconds = (performance.now() - began) / 1000
      if (step.remaining === 0) return { ...step, evaluated, seconds }
      // What is now moves on meanwhile.
      ;({ from, to } = step)
    }
  } finally {
    bar.stop()
  }
}

/** The outcome for people. */
export function backfillLines(
  monitor: string,
  { from, to, windows, evaluated, skipped, seconds }: Backfilled,
): string[] {
  const before = windows - evaluated
  return [
    `${monitor}: ${evaluated} windows evaluated from ${minute(from)} to ${minute(to)} UTC in ${seconds.toFixed(1)} s` +
      (before === 0 ? '.' : `; ${before} were done before.`),
    ...skippedLines(skipped),
  ]
}

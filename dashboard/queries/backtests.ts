import { keepPreviousData, queryOptions } from '@tanstack/svelte-query'
import type { Declaration } from '../declare/declaration.ts'
import { post } from './api.ts'
import type { Period } from '../state/period.ts'

/** What a monitor as it is being typed would have told. The last answer stays until the next one is there. */
export const backtestQuery = (monitor: Declaration, period: Period) =>
  queryOptions({
    queryKey: ['backtest', monitor.model, monitor, period],
    queryFn: ({ signal }) =>
      post<'backtestDeclaration'>('/backtests', { monitor, ...period }, undefined, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 30_000,
    refetchOnWindowFocus: false,
    retry: false,
  })

/** Evaluates past windows until none is left, or it is aborted; a request works for a few seconds. */
export async function backfill(
  monitor: string,
  from: string,
  signal: AbortSignal,
  onProgress: (done: number, of: number) => void,
): Promise<{ evaluated: number; windows: number }> {
  let evaluated = 0
  for (let period: { from: string; to?: string } = { from }; ;) {
    const step = await post<'backfillMonitor'>(`/monitors/${encodeURIComponent(monitor)}/backfill`, period)
    evaluated += step.evaluated
    onProgress(step.windows - step.remaining, step.windows)
    if (step.remaining === 0 || signal.aborted) return { evaluated, windows: step.windows }
    // What is now moves on meanwhile.
    period = { from: step.from, to: step.to }
  }
}

import { monitors, type Monitor } from '../control/declared/monitor.ts'
import { DAY_MS } from '../domain/time.ts'
import { newestWindows } from '../store/results/newest-windows.ts'
import type { ApiContext } from './context.ts'
import { invalid, notFound } from './problem.ts'

const DEFAULT_PERIOD_MS = 30 * DAY_MS

/** A monitor of a model; without a name, its first. */
export function monitorOf(context: ApiContext, model: string, name: string | undefined): Promise<Monitor> {
  return chosenMonitor(context, model, name, (own) => own.at(0))
}

/** A monitor of a model; without a name, its first that checks the quality of data, if one does. */
export function checkingMonitor(
  context: ApiContext,
  model: string,
  name: string | undefined,
): Promise<Monitor> {
  const checks = (monitor: Monitor) => monitor.checks.includes('quality')
  return chosenMonitor(context, model, name, (own) => own.find(checks) ?? own.at(0))
}

async function chosenMonitor(
  { store }: ApiContext,
  model: string,
  name: string | undefined,
  preferred: (own: readonly Monitor[]) => Monitor | undefined,
): Promise<Monitor> {
  const own = (await monitors.list(store.control)).filter((monitor) => monitor.model === model)
  const monitor = name === undefined ? preferred(own) : own.find((one) => one.name === name)
  if (monitor === undefined)
    throw notFound(
      name === undefined ? `monitor of model "${model}"` : `monitor "${name}" of model "${model}"`,
    )
  return monitor
}

/** End of the newest window evaluated; a replay's lies in the past. Without one, now. */
export async function newestEnd({ store, clock }: ApiContext, { name, model }: Monitor): Promise<Date> {
  const windows = (await newestWindows(store)).filter(
    (window) => window.monitor === name && window.model === model,
  )
  return windows.length === 0 ? clock() : new Date(Math.max(...windows.map(({ end }) => end.getTime())))
}

/** Windows that ended in `(from, to]`: by default those of the 30 days up to the newest one evaluated. */
export async function windowPeriod(
  context: ApiContext,
  monitor: Monitor,
  query: { from?: Date | undefined; to?: Date | undefined },
): Promise<{ from: Date; to: Date }> {
  const to = query.to ?? (await newestEnd(context, monitor))
  const from = query.from ?? new Date(Math.max(0, to.getTime() - DEFAULT_PERIOD_MS))
  if (query.to !== undefined && from >= to) throw invalid('from', 'must be before "to"')
  return { from, to }
}

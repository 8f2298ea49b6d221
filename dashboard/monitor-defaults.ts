import type { Answer } from './queries/api.ts'

type Monitor = Answer<'listMonitors'>['monitors'][number]

/** What a monitor has where its declaration leaves it out. */
const DEFAULT_THRESHOLDS = {
  psi: { warning: 0.1, critical: 0.25 },
  ks: { warning: 0.1, critical: 0.2 },
  jensen_shannon: { warning: 0.1, critical: 0.2 },
  baseline_deviation: { warning: 3, critical: 6 },
}

/** Of the statistic that decides. */
export function thresholdsOf(monitor: Monitor | undefined) {
  const decide = monitor?.decide ?? 'psi'
  return monitor?.thresholds?.[decide] ?? DEFAULT_THRESHOLDS[decide]
}

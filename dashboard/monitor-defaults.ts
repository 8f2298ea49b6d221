import type { Thresholds } from '../charts/verdict.ts'
import type { Answer } from './queries/api.ts'

type Monitor = Answer<'listMonitors'>['monitors'][number]

/** What a monitor has where its declaration leaves it out. */
const DEFAULT_THRESHOLDS = {
  psi: { warning: 0.1, critical: 0.25 },
  ks: { warning: 0.1, critical: 0.2 },
  jensen_shannon: { warning: 0.1, critical: 0.2 },
  baseline_deviation: { warning: 3, critical: 6 },
  concept: { warning: 0.1, critical: 0.25 },
  performance: { warning: 0.05, critical: 0.1 },
}

/** By what a kind of drift is decided: the statistic of the monitor, but concept and performance have their own. */
export type Deciding = keyof typeof DEFAULT_THRESHOLDS

export function decidingOf(monitor: Monitor | undefined, kind: string): Deciding {
  return kind === 'concept' || kind === 'performance' ? kind : (monitor?.decide ?? 'psi')
}

/** Of what decides a kind of drift. */
export function thresholdsOf(monitor: Monitor | undefined, kind = 'feature'): Thresholds {
  const deciding = decidingOf(monitor, kind)
  return monitor?.thresholds?.[deciding] ?? DEFAULT_THRESHOLDS[deciding]
}

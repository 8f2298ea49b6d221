/** The effects that make a warning and a critical breach; `warning` is at most `critical`. */
export interface Thresholds {
  warning: number
  critical: number
}

/** The statistics that can decide whether a column has drifted. */
export const DECIDING_STATISTICS = ['psi', 'ks', 'jensen_shannon', 'baseline_deviation'] as const
export type DecidingStatistic = (typeof DECIDING_STATISTICS)[number]

/** What a monitor has where its declaration leaves it out: by deciding statistic, and for the kinds with their own. */
export const DEFAULT_THRESHOLDS = {
  psi: { warning: 0.1, critical: 0.25 },
  ks: { warning: 0.1, critical: 0.2 },
  jensen_shannon: { warning: 0.1, critical: 0.2 },
  baseline_deviation: { warning: 3, critical: 6 },
  concept: { warning: 0.1, critical: 0.25 },
  performance: { warning: 0.05, critical: 0.1 },
  expected_performance: { warning: 0.05, critical: 0.1 },
} as const satisfies Record<DecidingStatistic | OwnDecider, Thresholds>

/** The kinds that are not decided by a statistic of the monitor's choice. */
const OWN_DECIDERS = ['concept', 'performance', 'expected_performance'] as const
type OwnDecider = (typeof OWN_DECIDERS)[number]

/** What a monitor declares about its decisions, as far as it does. */
interface Decisions {
  decide?: DecidingStatistic | undefined
  thresholds?: Partial<Record<DecidingStatistic | OwnDecider, Thresholds | undefined>> | undefined
}

/** The thresholds of what decides a kind of drift: those of the monitor, or the usual ones. */
export function thresholdsOf(monitor: Decisions | undefined, kind = 'feature'): Thresholds {
  const decider = deciderOf(kind, monitor?.decide ?? 'psi')
  return monitor?.thresholds?.[decider] ?? DEFAULT_THRESHOLDS[decider]
}

/** By what a kind of drift is decided: the statistic of its monitor, unless the kind has its own. */
export function deciderOf<Statistic extends string>(
  kind: string,
  statistic: Statistic,
): Statistic | OwnDecider {
  return OWN_DECIDERS.find((own) => own === kind) ?? statistic
}

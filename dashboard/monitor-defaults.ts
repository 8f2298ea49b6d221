import { deciderOf, type DEFAULT_THRESHOLDS } from '../domain/thresholds.ts'
import type { Answer } from './queries/answer.ts'

type Monitor = Answer<'listMonitors'>['monitors'][number]

/** By what a kind of drift is decided: the statistic of the monitor, but concept and performance have their own. */
export type Deciding = keyof typeof DEFAULT_THRESHOLDS

export function decidingOf(monitor: Monitor | undefined, kind: string): Deciding {
  return deciderOf(kind, monitor?.decide ?? 'psi')
}

/** Whether a monitor, the first where none is named, looks for drift and not at data alone; taken to be so until it is known. */
export function watchesDrift(monitors: readonly Monitor[] | undefined, name: string | undefined): boolean {
  const chosen = name === undefined ? monitors?.[0] : monitors?.find((monitor) => monitor.name === name)
  return chosen?.checks?.some((check) => check !== 'quality') ?? true
}

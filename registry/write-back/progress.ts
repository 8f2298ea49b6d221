import type { Report } from '../../control/registry/reports.ts'
import { MINUTE_MS } from '../../domain/time.ts'
import type { WindowDigest } from '../../store/results/window-digests.ts'
import { partOf } from './metrics.ts'

/** Windows are stored at most this long after the time they are evaluated at, and others may have been before them. */
export const LATE_MS = 15 * MINUTE_MS

type Window = Pick<WindowDigest, 'monitor' | 'kind' | 'end' | 'evaluatedAt'>

/** Tells windows apart. */
export const nameOf = ({ end, ...part }: Pick<Window, 'monitor' | 'kind' | 'end'>): string =>
  `${partOf(part)}/${end.toISOString()}`

/** Where to go on. */
export interface Progress {
  /** Windows that were evaluated later may be unwritten; undefined where none was written yet. */
  after: Date | undefined
  /** When those that are written had been evaluated, of all since then. */
  known: ReadonlyMap<string, number>
}

export function progressOf({ progress }: Pick<Report, 'progress'>): Progress {
  const known = new Map(Object.entries(progress))
  return { after: known.size === 0 ? undefined : new Date(newest(known) - LATE_MS), known }
}

/** What is known once more windows are written: what nobody asks for again is forgotten. */
export function progressAfter(known: Progress['known'], written: readonly Window[]): Record<string, number> {
  const all = new Map(known)
  for (const window of written) all.set(nameOf(window), window.evaluatedAt.getTime())
  const oldest = newest(all) - LATE_MS
  return Object.fromEntries([...all].filter(([, at]) => at > oldest))
}

const newest = (known: Progress['known']): number =>
  [...known.values()].reduce((latest, at) => Math.max(latest, at), -Infinity)

import type { Monitor } from '../../control/declared/monitor.ts'
import { scheduledStreams } from '../../detectors/run/kinds.ts'
import { newestEnd } from '../../detectors/run/schedule.ts'
import type { Stream } from '../../store/profiles/profiles.ts'

/** What decides on what is due of a monitor, besides time. */
export interface Circumstances {
  /** Of the monitor's declaration. */
  revision: number
  /** What its model's windows are compared with. */
  baselines: string | undefined
  /** How often hours of its model were published. */
  published: number
}

/** By stream the delay that labels are waited for; undefined where it is not known. */
export type Delays = Partial<Record<Stream, number | undefined>>

/**
 * Remembers with what each monitor was last looked at and found, or left, with nothing to do, so that it need not be
 * looked at again before something has changed. What is remembered is of this process: after a restart all are.
 */
export interface Looks {
  isQuiet(monitor: Monitor, circumstances: Circumstances, now: Date): boolean
  note(monitor: Monitor, circumstances: Circumstances, delays: Delays, now: Date): void
  forget(monitor: string): void
}

export function createLooks(): Looks {
  const looks = new Map<string, { state: string; delays: Delays }>()
  const stateAt = (monitor: Monitor, circumstances: Circumstances, delays: Delays, now: Date) =>
    JSON.stringify([
      circumstances,
      scheduledStreams(monitor).map((stream) => newestEnd(monitor, now, delays[stream]).getTime()),
    ])
  return {
    isQuiet(monitor, circumstances, now) {
      const look = looks.get(monitor.name)
      return look !== undefined && look.state === stateAt(monitor, circumstances, look.delays, now)
    },
    note(monitor, circumstances, delays, now) {
      looks.set(monitor.name, { state: stateAt(monitor, circumstances, delays, now), delays })
    },
    forget: (monitor) => void looks.delete(monitor),
  }
}

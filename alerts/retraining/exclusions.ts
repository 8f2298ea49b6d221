import type { AlertEvent } from '../../control/alerting/alert-event.ts'
import { currentAlerts, listAlertEvents } from '../../control/alerting/alert-events.ts'
import type { Exclusion, Period } from '../../control/alerting/retrains.ts'
import { monitors } from '../../control/declared/monitor.ts'
import { DATA_KIND } from '../../domain/drift-kind.ts'
import { windowStart, type Windowing } from '../../domain/monitor-window.ts'
import type { Store } from '../../store/engine/client.ts'
import { memberName } from '../message/wording.ts'
import { ERROR_FINDING } from '../state/policy.ts'
import { mergePeriods } from './grow.ts'

const MAX_EVENTS = 10_000

/** The parts of a training period in which the model's data were broken, whichever monitor found it. */
export async function readExclusions(
  { control }: Store,
  model: string,
  period: Period,
): Promise<Exclusion[]> {
  const among = { scope: 'member', model, kind: DATA_KIND } as const
  const from = new Date(period.from)
  const since = await listAlertEvents(control, { ...among, from, limit: MAX_EVENTS })
  const current = await currentAlerts(control, among)
  if (since.length + current.length === 0) return []
  const steps = new Map(
    (await monitors.list(control)).map(({ name, every, timezone }) => [name, { window: every, timezone }]),
  )
  return exclusionsOf([...since, ...current], period, (monitor) => steps.get(monitor))
}

/**
 * Where data findings were firing within a period, from their events since it began and the last ones before. Pure. A
 * finding begins with the step that the first window it was found in has added, and ends with the last one that had it.
 */
export function exclusionsOf(
  events: readonly Pick<
    AlertEvent,
    'status' | 'monitor' | 'kind' | 'column' | 'segment' | 'version' | 'windowEnd' | 'members'
  >[],
  period: Period,
  stepOf: (monitor: string) => Windowing | undefined,
): Exclusion[] {
  const newest = new Map<string, number>()
  for (const event of events)
    newest.set(key(event), Math.max(newest.get(key(event)) ?? 0, event.windowEnd.getTime()))
  const found = events.flatMap((event): Exclusion[] => {
    const { status, column, monitor, windowEnd, members } = event
    if (column === ERROR_FINDING || (status !== 'firing' && status !== 'resolved')) return []
    const step = stepOf(monitor)
    const began = Math.min(windowEnd.getTime(), ...members.map(({ since }) => Date.parse(since)))
    const from = (step === undefined ? new Date(began) : windowStart(step, new Date(began))).toISOString()
    const goesOn = status === 'firing' && newest.get(key(event)) === windowEnd.getTime()
    const to = goesOn ? period.to : windowEnd.toISOString()
    const clipped = { from: later(from, period.from), to: to < period.to ? to : period.to }
    return clipped.from < clipped.to ? [{ ...clipped, reason: memberName(event) }] : []
  })
  return mergePeriods(found)
}

const later = (a: string, b: string) => (a < b ? b : a)
const key = ({
  monitor,
  column,
  segment,
  version,
}: {
  monitor: string
  column: string
  segment: string
  version: string
}) => JSON.stringify([monitor, column, segment, version])

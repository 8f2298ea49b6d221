import type { SeenProcess } from '../../control/operation/processes.ts'
import type { ProcessReport } from '../../control/operation/process-report.ts'
import type { System } from '../contract/operation/system.ts'
import type { Part, Unknown } from './part.ts'

/** Three times the pause between two reports. */
export const SILENT_AFTER_MS = 45_000

type Processes = Extract<System['processes'], { known: true }>['processes']
type Scheduler = Extract<System['scheduler'], { known: true }>
type Kafka = Extract<System['kafka'], { known: true }>

/** The processes that others have seen, and this one as it is now. */
export function joinProcesses(
  seen: readonly SeenProcess[],
  own: { id: string; report: ProcessReport },
  now: Date,
): Processes {
  const others = seen.filter(({ id }) => id !== own.id)
  return [
    { id: own.id, own: true, seen_at: now.toISOString(), silent: false, report: own.report },
    ...others.map(({ id, silentMs, report }) => ({
      id,
      own: false,
      seen_at: new Date(now.getTime() - silentMs).toISOString(),
      silent: silentMs >= SILENT_AFTER_MS,
      report: report ?? null,
    })),
  ]
}

/** What is known of a kind of work from the processes that do it; where none is seen, others may do it unseen. */
function ofThoseSeen<T extends object>(known: T | undefined, unseen: Unknown | undefined, none: T): Part<T> {
  if (known !== undefined) return { known: true, ...known }
  return unseen ?? { known: true, ...none }
}

const liveReports = (processes: Processes) =>
  processes.flatMap(({ silent, report }) => (silent || report === null ? [] : [report]))

/** How the evaluations go, as the process says that does them. */
export function schedulerOf(
  processes: Processes,
  unseen: Unknown | undefined,
): Part<Omit<Scheduler, 'known'>> {
  const reports = liveReports(processes)
  const active = reports.find(({ scheduler }) => scheduler?.active)
  const known: Omit<Scheduler, 'known'> | null | undefined = active?.scheduler && {
    holder: { host: active.host, pid: active.pid },
    on_demand: false,
    last_started_at: active.scheduler.last?.started_at ?? null,
    duration_ms: active.scheduler.last?.duration_ms ?? null,
    failed: active.scheduler.last?.failed === true && active.scheduler.last.duration_ms !== null,
    next_at: active.scheduler.next_at,
  }
  const none = {
    holder: null,
    // A process that evaluates on schedule says how that goes.
    on_demand: reports.some(({ roles, scheduler }) => roles.includes('detect') && scheduler === null),
    last_started_at: null,
    duration_ms: null,
    failed: false,
    next_at: null,
  }
  return ofThoseSeen(known ?? undefined, unseen, none)
}

/** How far the consumers are. Each looks at the whole group, so of each topic the newest look counts. */
export function kafkaOf(processes: Processes, unseen: Unknown | undefined): Part<Omit<Kafka, 'known'>> {
  const consumers = liveReports(processes).flatMap(({ kafka }) => (kafka === null ? [] : [kafka]))
  const topics = new Map<string, Kafka['topics'][number]>()
  for (const { looked_at, topics: own } of consumers) {
    if (looked_at === null) continue
    for (const one of own) {
      const other = topics.get(one.topic)
      const newest = other === undefined || other.looked_at < looked_at ? { ...one, looked_at } : other
      topics.set(one.topic, { ...newest, advanced_at: later(one.advanced_at, other?.advanced_at ?? null) })
    }
  }
  const known = {
    consumers: consumers.length,
    reasons: [...new Set(consumers.flatMap(({ reasons }) => reasons))],
    topics: [...topics.values()].sort((a, b) => b.lag - a.lag || (a.topic < b.topic ? -1 : 1)),
    missing: [...new Set(consumers.flatMap(({ missing }) => missing))].sort(),
    unread: [...new Set(consumers.flatMap(({ unread }) => unread))].sort(),
    unread_left_out: Math.max(0, ...consumers.map(({ unread_left_out }) => unread_left_out)),
  }
  return ofThoseSeen(consumers.length > 0 ? known : undefined, unseen, known)
}

const later = (a: string | null, b: string | null) => (b === null || (a !== null && a > b) ? a : b)

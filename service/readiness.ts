import { statfs } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { MINUTE_MS } from '../domain/time.ts'
import { whyNoControl } from '../control/database/health.ts'
import type { Readiness } from '../api/context.ts'
import type { KafkaIntake } from '../ingest/kafka/consumer.ts'
import type { Store } from '../store/engine/client.ts'
import { storeTime } from '../store/engine/clock.ts'
import { StoreUnavailable } from '../store/engine/errors.ts'
import { reachShards } from '../store/engine/reach-shards.ts'
import { writeAgain } from '../store/schema/migrations.ts'
import { clockWarning } from './clocks.ts'
import type { PartsWatch } from './watch-parts.ts'
import type { Worker } from './worker.ts'

/** An evaluation starts each minute; so long after the last one began the scheduler stands still. */
const SCHEDULER_LATE_MS = 15 * MINUTE_MS

/** A server that hangs must not hang whoever asks for readiness. */
const ANSWER_WITHIN_MS = 5_000
/** About what the largest body takes. */
const ROOM_BYTES = 16_000_000

export interface ReadinessOptions {
  store: Store
  /** Directory of what this process writes itself. */
  data: string
  kafka: KafkaIntake | undefined
  worker: Worker | undefined
  parts: PartsWatch
  now: Date
}

/** Whether a process can do its work now. */
export async function readiness({
  store,
  data,
  kafka,
  worker,
  parts,
  now,
}: ReadinessOptions): Promise<Readiness> {
  const [stored, ...others] = await Promise.all([
    lookAtStore(store, now),
    whyNoControl(store.control),
    whyNoRoom(data),
  ])
  const reasons = [stored.reason, ...others].filter((reason) => reason !== undefined)
  if (kafka !== undefined) reasons.push(...kafka.reasons())
  const last = worker?.lastStarted
  if (last !== undefined && now.getTime() - last.getTime() > SCHEDULER_LATE_MS)
    reasons.push(`the checks have not run since ${last.toISOString()}`)
  const warnings = [
    ...parts.warnings(),
    ...(worker?.warnings() ?? []),
    ...(stored.warning === undefined ? [] : [stored.warning]),
  ]
  return { reasons, warnings, kafkaLag: kafka?.lag }
}

/** Why nothing can be stored, and what is to be known where it can. */
interface StoreState {
  reason?: string
  warning?: string | undefined
}

async function lookAtStore(store: Store, now: Date): Promise<StoreState> {
  const attempt = probe(store, now)
  // The embedded engine answers once the statement before has ended, however long that takes.
  if (store.embedded) return attempt
  const late = delay(ANSWER_WITHIN_MS, { reason: 'ClickHouse does not respond' }, { ref: false })
  return Promise.race([attempt, late])
}

async function probe(store: Store, now: Date): Promise<StoreState> {
  try {
    const warning = clockWarning(now, await storeTime(store))
    await reachShards(store)
    if (store.health.full !== undefined) await writeAgain(store)
    return { warning }
  } catch (error) {
    const reason =
      error instanceof StoreUnavailable ? error.message : 'ClickHouse fails; see the log for the cause'
    return { reason }
  }
}

async function whyNoRoom(data: string): Promise<string | undefined> {
  try {
    const { bavail, bsize } = await statfs(data)
    const free = bavail * bsize
    return free < ROOM_BYTES
      ? `The disk of the data directory is full: ${Math.floor(free / 1e6)} MB are free. Free some space.`
      : undefined
  } catch (error) {
    return `The data directory cannot be used (${(error as NodeJS.ErrnoException).code}).`
  }
}

import { MINUTE_MS } from '../domain/time.ts'
import { whyNoControl } from '../control/database/health.ts'
import type { Readiness } from '../api/context.ts'
import type { KafkaIntake } from '../ingest/kafka/consumer.ts'
import type { Store } from '../store/engine/client.ts'
import type { Worker } from './worker.ts'

/** An evaluation starts each minute; so long after the last one began the scheduler stands still. */
const SCHEDULER_LATE_MS = 15 * MINUTE_MS

/** Whether a process can do its work now. */
export async function readiness(
  store: Store,
  kafka: KafkaIntake | undefined,
  worker: Worker | undefined,
  now: Date,
): Promise<Readiness> {
  const [{ success }, control] = await Promise.all([store.read.ping(), whyNoControl(store.control)])
  const reasons = success ? [] : ['ClickHouse does not respond']
  if (control !== undefined) reasons.push(control)
  if (kafka !== undefined) reasons.push(...kafka.reasons())
  const last = worker?.lastStarted
  if (last !== undefined && now.getTime() - last.getTime() > SCHEDULER_LATE_MS)
    reasons.push(`the checks have not run since ${last.toISOString()}`)
  return { reasons, kafkaLag: kafka?.lag }
}

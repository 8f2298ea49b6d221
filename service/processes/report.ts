import type { ProcessReport } from '../../control/operation/process-report.ts'
import type { Readiness } from '../../api/context.ts'
import type { KafkaIntake } from '../../ingest/kafka/consumer.ts'
import type { SchedulerProgress } from '../worker.ts'

type KafkaState = Pick<KafkaIntake, 'reasons' | 'looked' | 'found'>

/** A cluster may have thousands of topics that are none of ours. */
const MAX_UNREAD = 200

/** What the work of a process says of itself, as others are shown it. */
export function reportWork({
  readiness,
  scheduler,
  kafka,
}: {
  /** Undefined before it was looked at. */
  readiness: Readiness | undefined
  scheduler: SchedulerProgress | undefined
  kafka: KafkaState | undefined
}): Pick<ProcessReport, 'reasons' | 'warnings' | 'scheduler' | 'kafka'> {
  return {
    reasons: readiness?.reasons ?? [],
    warnings: readiness?.warnings ?? [],
    scheduler: scheduler === undefined ? null : ofScheduler(scheduler),
    kafka: kafka === undefined ? null : ofKafka(kafka),
  }
}

function ofScheduler({ active, last, nextAt }: SchedulerProgress): ProcessReport['scheduler'] {
  return {
    active,
    last:
      last === undefined
        ? null
        : {
            started_at: last.startedAt.toISOString(),
            duration_ms: last.durationMs ?? null,
            failed: last.failed,
          },
    next_at: nextAt.toISOString(),
  }
}

function ofKafka({ reasons, looked, found }: KafkaState): ProcessReport['kafka'] {
  const unread = found?.unread ?? []
  return {
    reasons: reasons(),
    looked_at: looked?.at.toISOString() ?? null,
    topics: (looked?.topics ?? []).map(({ topic, partitions, lag, advancedAt }) => ({
      topic,
      partitions,
      lag,
      advanced_at: advancedAt?.toISOString() ?? null,
    })),
    missing: [...(found?.missing ?? [])],
    unread: unread.slice(0, MAX_UNREAD),
    unread_left_out: Math.max(0, unread.length - MAX_UNREAD),
  }
}

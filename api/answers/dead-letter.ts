import type { z } from 'zod'
import { isCut } from '../../ingest/dead-letters/replay-dead-letters.ts'
import { deadLetterId } from '../../store/events/dead-letter-id.ts'
import type { StoredDeadLetter } from '../../store/events/read-dead-letters.ts'
import type { deadLetterSchema } from '../contract/dead-letters.ts'

/** A dead letter as it is answered. */
export function toDeadLetter(deadLetter: StoredDeadLetter): z.input<typeof deadLetterSchema> {
  const { source, partition, offset, receivedAt, recordedAt, model, reason, detail, headers, payload } =
    deadLetter
  return {
    id: deadLetterId(deadLetter),
    source,
    partition,
    offset,
    received_at: new Date(receivedAt).toISOString(),
    recorded_at: recordedAt === undefined ? null : new Date(recordedAt).toISOString(),
    model,
    reason,
    detail,
    headers,
    payload,
    cut: isCut(deadLetter),
  }
}

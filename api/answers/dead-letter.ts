import type { z } from 'zod'
import { isCut } from '../../ingest/dead-letters/replay-dead-letters.ts'
import type { DeadLetterGroup } from '../../store/events/dead-letter-groups.ts'
import { deadLetterId } from '../../store/events/dead-letter-id.ts'
import type { StoredDeadLetter } from '../../store/events/read-dead-letters.ts'
import type { deadLetterSchema, groupSchema } from '../contract/dead-letters.ts'

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

/** Dead letters of one model and reason as they are answered. */
export function toDeadLetterGroup({
  firstReceived,
  lastReceived,
  example,
  ...group
}: DeadLetterGroup): z.input<typeof groupSchema> {
  return {
    ...group,
    first_received: new Date(firstReceived).toISOString(),
    last_received: new Date(lastReceived).toISOString(),
    ...(example && {
      example: {
        id: example.id,
        detail: example.detail,
        payload: example.payload,
        shortened: example.isShortened,
      },
    }),
  }
}

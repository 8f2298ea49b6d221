import { z } from 'zod'

const time = z.iso.datetime({ offset: true })

/** What a process says of itself, as other processes are to show it: those of a later release may say more. */
export const processReportSchema = z.object({
  host: z.string(),
  pid: z.int(),
  roles: z.array(z.enum(['ingest', 'detect', 'api'])),
  version: z.string().describe('Of Driftgauge.'),
  node: z.string(),
  started_at: time,
  memory_bytes: z.int().describe('Resident memory.'),
  reasons: z.array(z.string()).describe('Why it cannot do its work, as its `/readyz` says.'),
  warnings: z.array(z.string()).describe('What needs attention although it does its work.'),
  scheduler: z
    .object({
      active: z.boolean().describe('Whether it is the one process that evaluates.'),
      last: z
        .object({
          started_at: time,
          duration_ms: z.int().nullable().describe('Null while it runs.'),
          failed: z.boolean(),
        })
        .nullable()
        .describe('The last evaluation of this process; null before the first.'),
      next_at: time,
    })
    .nullable()
    .describe('Null unless it has the role `detect`.'),
  kafka: z
    .object({
      reasons: z.array(z.string()).describe('Why nothing is consumed; empty if it is.'),
      looked_at: time.nullable().describe('When the topics were last looked at.'),
      topics: z.array(
        z.object({
          topic: z.string(),
          partitions: z.int(),
          lag: z.int().describe('Records that are not stored yet.'),
          advanced_at: time
            .nullable()
            .describe('When records were last stored; null if none were since the process started.'),
        }),
      ),
      // A process of an earlier release says nothing of these.
      missing: z
        .array(z.string())
        .default([])
        .describe('Topics to be read that the brokers do not have yet.'),
      unread: z
        .array(z.string())
        .default([])
        .describe('Topics of the brokers that are not read: the first 200.'),
      unread_left_out: z.int().default(0).describe('How many more there are.'),
    })
    .nullable()
    .describe('Null unless it consumes from Kafka.'),
})
export type ProcessReport = z.output<typeof processReportSchema>

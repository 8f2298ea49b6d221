import { z } from 'zod'
import { processReportSchema } from '../../../control/operation/process-report.ts'
import { route } from '../route.ts'
import { named, timeSchema } from '../shared.ts'

/** A part of the answer that stands by itself: it is known, or it says why it is not. */
const part = <Shape extends z.ZodRawShape>(name: string, shape: Shape) =>
  named(
    name,
    z.discriminatedUnion('known', [
      z.strictObject({ known: z.literal(true), ...shape }),
      z.strictObject({
        known: z.literal(false),
        reason: z.string(),
        advice: z.string().describe('What to do about it.'),
      }),
    ]),
  )

const problemSchema = named(
  'SystemProblem',
  z.strictObject({
    severity: z
      .enum(['critical', 'warning', 'notice'])
      .describe('`notice`: worth knowing; the service is well all the same.'),
    part: z
      .enum([
        ...[
          'dependencies',
          'processes',
          'scheduler',
          'kafka',
          'sources',
          'counting',
          'outbox',
          'dead_letters',
        ],
        ...['storage', 'schema'],
      ] as const)
      .describe('Which part of the answer shows more.'),
    text: z.string(),
    advice: z.string().describe('What to do about it.'),
  }),
)
export type SystemProblem = z.output<typeof problemSchema>

const dependencySchema = named(
  'Dependency',
  z.strictObject({
    name: z.enum(['clickhouse', 'control', 'kafka', 'mail', 'mlflow']),
    state: z
      .enum(['up', 'down', 'unknown', 'unused'])
      .describe('`unused`: this installation does not use it. `unknown`: `detail` says why.'),
    since: timeSchema.nullable().describe('Since when it is up or down, as far as this process has seen it.'),
    version: z.string().nullable(),
    detail: z.string().describe('What the state was learned from.'),
    last_error: z.string().nullable().describe('The newest failure, also if it has passed.'),
    last_error_at: timeSchema.nullable(),
  }),
)
export type Dependency = z.output<typeof dependencySchema>

const processSchema = z.strictObject({
  id: z.string(),
  own: z.boolean().describe('Whether it is the process that answers.'),
  seen_at: timeSchema,
  silent: z.boolean().describe('Whether it has said nothing for 45 seconds or longer.'),
  report: processReportSchema
    .nullable()
    .describe('What it last said of itself; null if its release is another and cannot be read.'),
})

const topicSchema = z.strictObject({
  topic: z.string(),
  partitions: z.int(),
  lag: z.int().describe('Records that are not stored yet.'),
  advanced_at: timeSchema
    .nullable()
    .describe('When records were last seen to be stored; null if none were since the processes started.'),
  looked_at: timeSchema,
})

const tableSchema = z.strictObject({
  table: z.string(),
  model: z.string().nullable().describe('Null for a table that all models share.'),
  rows: z.int(),
  bytes: z.int().describe('On the disk, compressed.'),
  parts: z.int(),
  oldest: timeSchema
    .nullable()
    .describe('Time of the oldest event; null if the table is not divided by time.'),
  newest: timeSchema.nullable(),
  rows_a_day: z
    .number()
    .nullable()
    .describe(
      'Events of the last 7 days by their own time, per day; null if the table is not divided by time.',
    ),
  bytes_a_day: z.number().nullable().describe('What these take on the disk.'),
})

export const systemSchema = named(
  'System',
  z.strictObject({
    at: timeSchema,
    state: z
      .enum(['ok', 'warning', 'critical'])
      .describe('The worst of the problems. A part that is not known is a problem too.'),
    summary: z.string().describe('The state in a sentence.'),
    problems: z.array(problemSchema).describe('The most severe first.'),
    dependencies: z.array(dependencySchema),
    processes: part('SystemProcesses', { processes: z.array(processSchema) }),
    scheduler: part('SystemScheduler', {
      holder: z
        .strictObject({ host: z.string(), pid: z.int() })
        .nullable()
        .describe('The process that evaluates; null if none reports that it does.'),
      on_demand: z
        .boolean()
        .describe(
          'Whether none evaluates on schedule by intent, as in the demo: windows are evaluated on demand.',
        ),
      last_started_at: timeSchema.nullable(),
      duration_ms: z.int().nullable().describe('Null while it runs, or before the first.'),
      failed: z.boolean(),
      next_at: timeSchema.nullable(),
    }),
    missed: part('SystemMissed', {
      windows: z.int().describe('Windows that ended while nothing ran, and are still to be evaluated.'),
      oldest_end: timeSchema.nullable(),
    }),
    kafka: part('SystemKafka', {
      consumers: z.int().describe('Processes that report consuming, or trying to.'),
      reasons: z.array(z.string()).describe('Why some of them consume nothing.'),
      topics: z.array(topicSchema),
      missing: z.array(z.string()).describe('Topics to be read that the brokers do not have yet.'),
      unread: z.array(z.string()).describe('Topics of the brokers that are not read: the first 200.'),
      unread_left_out: z.int().describe('How many more there are.'),
    }),
    sources: part('SystemSources', {
      sources: z
        .array(
          z.strictObject({
            source: z.string(),
            waiting: z.int().describe('Files that are not taken yet.'),
            failed: z.int(),
            problem: z.string().nullable().describe('Why it cannot be read.'),
            problem_since: timeSchema.nullable(),
          }),
        )
        .describe('Batch sources, by name.'),
    }),
    counting: part('SystemCounting', {
      models: z
        .array(z.strictObject({ model: z.string(), hours: z.int(), since: timeSchema }))
        .describe('Hours with rows that are not counted yet, the longest waiting first.'),
    }),
    outbox: part('SystemOutbox', {
      waiting: z.int(),
      oldest_waiting: timeSchema.nullable(),
      retrying: z.int(),
      next_attempt: timeSchema.nullable(),
      muted: z.int(),
      given_up: z.int().describe('And not replayed since.'),
      channels: z
        .array(
          z.strictObject({
            channel: z.string(),
            type: z.string(),
            last_at: timeSchema.nullable(),
            last_status: z.enum(['delivered', 'failed', 'given_up']).nullable(),
            error: z.string(),
          }),
        )
        .describe('Each channel with the newest attempt of the last 7 days, if there was one.'),
    }),
    dead_letters: part('SystemDeadLetters', {
      since: timeSchema,
      total: z.int(),
      reasons: z.array(
        z.strictObject({ reason: z.string(), letters: z.int(), models: z.int(), last_at: timeSchema }),
      ),
    }),
    storage: part('SystemStorage', {
      rows: z.int(),
      bytes: z.int(),
      bytes_a_day: z.number().describe('Of the tables that are divided by time.'),
      tables: z.array(tableSchema).describe('The 100 largest.'),
      left_out: z.strictObject({ tables: z.int(), bytes: z.int() }).describe('The tables beyond these.'),
      broken_parts: z.int().describe('`GET /store/broken-parts` names them.'),
    }),
    disks: part('SystemDisks', {
      disks: z.array(
        z.strictObject({
          node: z.string(),
          name: z.string(),
          free_bytes: z.int(),
          total_bytes: z.int(),
        }),
      ),
    }),
    clickhouse_schema: part('ClickHouseSchema', { applied: z.int(), expected: z.int() }),
    control_schema: part('ControlSchema', {
      missing: z.array(z.string()).describe('Changes that this release needs and that are not applied.'),
      unknown: z.array(z.string()).describe('Changes of a later release.'),
      applied: z.int(),
    }),
  }),
)
export type System = z.output<typeof systemSchema>

export const systemRoutes = {
  getSystem: route({
    method: 'get',
    path: '/system',
    tag: 'Operation',
    summary: 'Whether the service itself is healthy, and if not, what to do',
    description:
      'Each part stands by itself: one that cannot be read says why, and never counts as healthy. What other processes know comes from what they write to the control database every 15 seconds.',
    scope: 'read',
    answers: { 200: systemSchema },
  }),
}

import { z } from 'zod'
import { CALLBACKS } from '../../control/alerting/retrain-state.ts'
import { DAY_MS } from '../../domain/time.ts'

const processSchema = z.strictObject({
  /** Signals to 0 and 1 would reach others. */
  pid: z.int().min(2),
  /** Tells the process from a later one with the same number. */
  identity: z.string(),
})

const stateSchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('queued') }),
  z.strictObject({
    status: z.literal('running'),
    startedAt: z.iso.datetime(),
    process: processSchema.optional(),
  }),
  z.strictObject({
    status: z.literal('succeeded'),
    version: z.string(),
    /** As it stands in the report. */
    baseline: z.unknown().optional(),
    message: z.string().optional(),
  }),
  z.strictObject({ status: z.literal('failed'), message: z.string() }),
  /** The service wants it no longer. */
  z.strictObject({ status: z.literal('cancelled'), reason: z.string() }),
])

/** What is remembered of a request, in `record.json`. */
export const recordSchema = z.strictObject({
  id: z.string(),
  model: z.string(),
  training: z.strictObject({ from: z.string(), to: z.string() }),
  callback: z.strictObject({ url: z.string(), token: z.string() }),
  receivedAt: z.iso.datetime(),
  state: stateSchema,
  /** The newest status whose report needs no further attempt. */
  reported: z.enum(CALLBACKS).optional(),
  /** When the first attempt was made to report the present status. */
  reportingSince: z.iso.datetime().optional(),
})

export type RunnerRecord = z.output<typeof recordSchema>
export type RunState = RunnerRecord['state']
export type StartedProcess = z.output<typeof processSchema>

/** By then, no service sends a request again, and no report of it is retried. */
const KEPT_MS = 90 * DAY_MS

export const isOver = ({ status }: RunState) => status !== 'queued' && status !== 'running'

/** Whether an ended request is so old that its folder may go. */
export const isForgotten = ({ state, receivedAt }: RunnerRecord, now: Date) =>
  isOver(state) && now.getTime() - Date.parse(receivedAt) > KEPT_MS

import { HOUR_MS, DAY_MS } from '../../domain/time.ts'
import { z } from 'zod'
import { formatDuration } from '../../domain/duration.ts'
import { durationSchema } from './duration.ts'
import { DRIFT_KINDS } from '../../domain/drift-kind.ts'
import { nameSchema } from './model.ts'

const firstHoursSchema = durationSchema
  .refine((ms) => ms % HOUR_MS === 0, 'the first period of a version must be a whole number of hours')
  .refine((ms) => ms <= 30 * DAY_MS, 'the first period of a version is at most 30 days')

/**
 * When a monitor's alerts ask for the model to be trained again, and who is asked. Kinds in `on` ask by themselves,
 * those in `approval` once a person agrees, all others never. Parsed lengths are milliseconds.
 */
export const retrainPolicySchema = z
  .strictObject({
    /** A channel of the type webhook or github. */
    target: nameSchema,
    on: z.array(z.enum(DRIFT_KINDS)).default([]),
    approval: z.array(z.enum(DRIFT_KINDS)).default([]),
    /** Least time between two requests for one model. */
    cooldown: durationSchema.default(DAY_MS),
    /** Most requests for one model in any 24 hours. */
    max_per_day: z.int().min(1).max(100).default(1),
    /** Requests are recorded and shown, and none is sent. */
    dry_run: z.boolean().default(false),
    /** A retraining that has told nothing for so long counts as lost. */
    callback_within: durationSchema.default(DAY_MS),
    /** Makes a baseline of the first so many hours of a new version, and compares with it. */
    activate_baseline: z.strictObject({ first: firstHoursSchema }).optional(),
  })
  .refine(
    ({ on, approval }) => !on.some((kind) => approval.includes(kind)),
    'a kind of drift can be in "on" or in "approval", but not in both',
  )

export type RetrainPolicy = z.output<typeof retrainPolicySchema>

/** As it would be declared. */
export function retrainDeclaration(policy: RetrainPolicy): z.input<typeof retrainPolicySchema> {
  const { cooldown, callback_within, activate_baseline, ...rest } = policy
  return {
    ...rest,
    cooldown: formatDuration(cooldown),
    callback_within: formatDuration(callback_within),
    ...(activate_baseline && { activate_baseline: { first: formatDuration(activate_baseline.first) } }),
  }
}

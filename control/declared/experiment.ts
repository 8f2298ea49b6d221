import { z } from 'zod'
import { DAY_MS, HOUR_MS } from '../../domain/time.ts'
import { formatDuration } from '../../domain/duration.ts'
import {
  DEFAULT_ALPHA,
  DEFAULT_MIN_HOURS,
  DEFAULT_MIN_ROWS,
  EXPERIMENT_METRICS,
  metricsOf,
} from '../../domain/experiment.ts'
import { documents } from '../database/documents.ts'
import { digest } from './digest.ts'
import { durationSchema } from './duration.ts'
import { nameSchema, type Task } from './model.ts'

/** In place of a version: whatever comes as shadow traffic. */
export const SHADOW = 'shadow'

const versionSchema = z.string('a version is text: put it in quotes').min(1).max(1000)

/** A champion and a challenger that are compared until one of them is known to be better. */
export const experimentSchema = z
  .strictObject({
    name: nameSchema,
    model: nameSchema,
    champion: versionSchema,
    challenger: versionSchema.describe('A version, or `shadow` for whatever comes as shadow traffic.'),
    design: z
      .enum(['paired', 'split'])
      .default('paired')
      .describe(
        '`paired`: both versions score the same requests. `split`: each request goes to one of them.',
      ),
    metric: z.enum(EXPERIMENT_METRICS),
    margin: z.number().positive().optional().describe('Differences within ± this do not matter.'),
    alpha: z.number().min(0.0001).max(0.5).default(DEFAULT_ALPHA),
    min_rows: z.int().min(2).default(DEFAULT_MIN_ROWS),
    min_hours: z.int().min(2).default(DEFAULT_MIN_HOURS),
    from: z.iso
      .datetime({ offset: true, error: 'write a time with its zone, such as 2026-01-03T00:00:00Z' })
      .transform((text) => new Date(text).toISOString())
      .optional()
      .describe('Predictions from this hour on count; by default from the hour in which it was declared.'),
    duration: durationSchema
      .refine((ms) => ms >= DAY_MS && ms % HOUR_MS === 0, 'use whole hours, and at least 24h')
      .prefault('28d'),
    label_delay: durationSchema.optional(),
    channels: z.array(nameSchema).default([]),
  })
  .superRefine(({ champion, challenger }, context) => {
    if (champion === challenger)
      context.addIssue({ code: 'custom', path: ['challenger'], message: 'is the champion as well' })
    if (champion === SHADOW)
      context.addIssue({ code: 'custom', path: ['champion'], message: 'the champion is a version' })
  })

export type Experiment = z.output<typeof experimentSchema>
export type ExperimentDeclaration = z.input<typeof experimentSchema>

/** The declared experiments, by name. */
export const experiments = documents<Experiment>('experiments', { columns: ({ model }) => ({ model }) })

/** As it would be declared, defaults filled in. */
export function experimentDeclarationOf({
  duration,
  label_delay,
  ...rest
}: Experiment): ExperimentDeclaration {
  return {
    ...rest,
    duration: formatDuration(duration),
    ...(label_delay !== undefined && { label_delay: formatDuration(label_delay) }),
  }
}

/** What an experiment follows from: once it changes, another one begins. */
export function experimentDefinition({ channels: _, ...rest }: Experiment): string {
  return digest(rest).slice(0, 16)
}

/** Why a model of this task has no such metric; undefined where it has. */
export function wrongExperimentMetric(task: Task, metric: Experiment['metric']): string | undefined {
  const fitting: readonly string[] = metricsOf(task)
  return fitting.includes(metric)
    ? undefined
    : `a ${task} model has no "${metric}"; use one of ${fitting.join(', ')}`
}

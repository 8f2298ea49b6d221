import { z } from 'zod'

/** What can change, and so which queries are to be asked again. */
export const topicSchema = z.enum([
  'results',
  'alerts',
  'deliveries',
  'silences',
  'annotations',
  'incidents',
  'volume',
  'models',
  'monitors',
  'channels',
  'routes',
  'topics',
  'sources',
  'baselines',
  'dead_letters',
  'retrains',
  'experiments',
  'views',
])
export type Topic = z.output<typeof topicSchema>

/** The data of an event; without a model it may concern any. */
export const changeSchema = z.strictObject({ topic: topicSchema, model: z.string().optional() })
export type Change = z.output<typeof changeSchema>

import { z } from 'zod'

const HINT =
  'the name of a Kafka topic is 1 to 249 letters, digits, ".", "_" or "-", and neither "." nor ".."'

/** A name that Kafka lets a topic have. */
export const topicNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,249}$/, HINT)
  .refine((name) => name !== '.' && name !== '..', HINT)

import { z } from 'zod'

/** A name that Kafka gives to topics. */
export const topicNameSchema = z
  .string()
  .regex(
    /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/,
    'a Kafka topic has 1 to 249 letters, digits, ".", "_" or "-", and is not called "." or ".."',
  )

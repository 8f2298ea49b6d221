import { z } from 'zod'
import { DURATION, parseDuration } from '../../domain/duration.ts'

/** A length of time such as `90m`, `24h`, `7d` or `4w`; parsed into milliseconds. */
export const durationSchema = z
  .string()
  .regex(DURATION, 'write a duration as a whole number and a unit: 90m, 24h, 7d, 4w')
  .transform(parseDuration)

import { z } from 'zod'
import { parseJson } from '../../domain/json.ts'

const readinessSchema = z.object({ reasons: z.array(z.string()), warnings: z.array(z.string()) })

/** Whether a process can do its work: why it cannot, and what needs attention although it can. */
export type Readiness = z.output<typeof readinessSchema>

/** What `/readyz` answers. An answer that cannot be read is no sign of health. */
export function readReadiness(text: string): Readiness {
  const outcome = readinessSchema.safeParse(parseJson(text))
  return outcome.success
    ? outcome.data
    : { reasons: ['/readyz does not answer as expected, so it is unknown whether the service works'], warnings: [] } // prettier-ignore
}

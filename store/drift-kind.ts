import { z } from 'zod'

/** The kinds of drift that can be checked. */
export const driftKindSchema = z.enum(['feature', 'prediction', 'label', 'concept', 'performance'])
export type DriftKind = z.infer<typeof driftKindSchema>

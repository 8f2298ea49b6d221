import { z } from 'zod'
import {
  DEFAULT_RETENTION,
  FOREVER,
  KEEP_EVERYTHING,
  keepProblem,
  RETENTION_KINDS,
  type Retention,
  type RetentionKind,
} from './domain/retention.ts'

/**
 * Reads `events=180d, audit=forever`: what is not named is kept as long as by default. `forever` alone keeps everything.
 */
export const retentionSettingSchema = z
  .string()
  .default('')
  .transform((text, context): Retention => {
    if (text.trim() === FOREVER) return KEEP_EVERYTHING
    const given: Partial<Record<RetentionKind, string>> = {}
    for (const part of text.split(',').map((one) => one.trim())) {
      if (part === '') continue
      const [kind, keep = ''] = part.split('=').map((side) => side.trim())
      const problem = isKind(kind) ? keepProblem(kind, keep) : `name one of ${RETENTION_KINDS.join(', ')}`
      if (problem !== undefined) context.addIssue({ code: 'custom', message: `"${part}": ${problem}` })
      else if (isKind(kind)) given[kind] = keep
    }
    return { ...DEFAULT_RETENTION, ...given }
  })

const isKind = (kind: string): kind is RetentionKind => (RETENTION_KINDS as readonly string[]).includes(kind)

import type { z } from 'zod'
import type { Annotation } from '../../control/incidents/annotations.ts'
import type { annotationRoutes } from '../contract/incidents/annotations.ts'

/** An annotation as it is answered. */
export function toAnnotation({
  externalId,
  from,
  to,
  createdBy,
  createdAt,
  ...rest
}: Annotation): z.input<(typeof annotationRoutes.createAnnotation.answers)[201]> {
  return {
    ...rest,
    external_id: externalId,
    from: from.toISOString(),
    to: to?.toISOString() ?? null,
    created_by: createdBy,
    created_at: createdAt.toISOString(),
  }
}

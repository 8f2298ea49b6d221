import { z } from 'zod'

/**
 * How schemas become JSON Schema: as what is sent. A step that only looks for what JSON Schema cannot say shows
 * what comes after it.
 */
export const JSON_SCHEMA = {
  io: 'input',
  unrepresentable: 'any',
  override({ zodSchema, jsonSchema }) {
    const { def } = zodSchema._zod
    if (def.type !== 'pipe') return
    const { in: before, out: after } = def as unknown as { in: z.core.$ZodType; out: z.core.$ZodType }
    if (before._zod.def.type !== 'custom') return
    const { $schema: _, ...shown } = z.toJSONSchema(after, { io: 'input', unrepresentable: 'any' })
    Object.assign(jsonSchema, shown)
  },
} as const satisfies z.core.ToJSONSchemaParams

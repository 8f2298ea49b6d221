import { z } from 'zod'

/** A record schema would drop this name in silence. */
const RESERVED = '__proto__'

/**
 * A mapping of names to values, such as features by name. `what` says in messages what a name stands for; a name
 * that is not valid is told by the message of `name`.
 */
export function recordSchema<Value extends z.ZodType>(what: string, name: z.ZodString, value: Value) {
  const record = z.record(name, value, {
    error: (issue) => (issue.code === 'invalid_key' ? issue.issues[0].message : undefined),
  })
  return z
    .custom<z.input<typeof record>>(
      (given) => !(given instanceof Object && Object.hasOwn(given, RESERVED)),
      `${what} cannot be called "${RESERVED}"`,
    )
    .pipe(record)
}

import type { z } from 'zod'

/** As much of a schema's definition as is needed to walk it. */
interface Definition {
  shape?: Record<string, z.ZodType>
  element?: z.ZodType
  valueType?: z.ZodType
  options?: readonly z.ZodType[]
  innerType?: z.ZodType
  in?: z.ZodType
  out?: z.ZodType
}

const definitionOf = (schema: z.ZodType) => schema.def as unknown as Definition

/** The keys that an object may have at `path` in what the schema reads; none where no object is expected. */
export function knownKeys(schema: z.ZodType, path: readonly PropertyKey[] = []): string[] {
  const keys = path
    .reduce<z.ZodType[]>((schemas, step) => schemas.flatMap((one) => child(one, step)), [schema])
    .flatMap(shapes)
    .flatMap((shape) => Object.keys(shape))
  return [...new Set(keys)]
}

/** Every path of keys that the schema knows, such as `alert.fire`; entries of lists and records add no step. */
export function allKeys(schema: z.ZodType, prefix = ''): string[] {
  const below = entries(schema).flatMap((entry) => allKeys(entry, prefix))
  const own = shapes(schema).flatMap((shape) =>
    Object.entries(shape).flatMap(([key, value]) => [
      `${prefix}${key}`,
      ...allKeys(value, `${prefix}${key}.`),
    ]),
  )
  return [...new Set([...own, ...below])]
}

function shapes(schema: z.ZodType): Record<string, z.ZodType>[] {
  const { shape } = definitionOf(schema)
  return shape === undefined ? wrapped(schema).flatMap(shapes) : [shape]
}

function entries(schema: z.ZodType): z.ZodType[] {
  const { element, valueType } = definitionOf(schema)
  const own = [element, valueType].filter((one) => one !== undefined)
  return own.length === 0 ? wrapped(schema).flatMap(entries) : own
}

function child(schema: z.ZodType, step: PropertyKey): z.ZodType[] {
  const { shape, element, valueType } = definitionOf(schema)
  if (shape !== undefined) return shape[step as string] === undefined ? [] : [shape[step as string]]
  const entry = element ?? valueType
  return entry === undefined ? wrapped(schema).flatMap((one) => child(one, step)) : [entry]
}

/** What a default, an option, a union or a pipe is around. */
function wrapped(schema: z.ZodType): z.ZodType[] {
  const { options = [], innerType, in: input, out } = definitionOf(schema)
  return [...options, innerType, input, out].filter((one) => one !== undefined)
}

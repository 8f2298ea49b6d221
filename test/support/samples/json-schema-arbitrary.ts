import fc, { type Arbitrary } from 'fast-check'

export type Schema = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any

const FROM = new Date('2025-12-20T00:00:00Z')
const TO = new Date('2026-01-20T00:00:00Z')

/** What a JSON Schema describes, of the keywords that the OpenAPI document uses. */
export function arbitraryOf(schema: Schema, components: Schema): Arbitrary<unknown> {
  const of = (inner: Schema) => arbitraryOf(inner, components)
  if (schema.$ref) return of(components[String(schema.$ref).split('/').at(-1)!])
  const options = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined
  if (options) return fc.oneof(...options.map(of))
  if (schema.enum) return fc.constantFrom(...(schema.enum as unknown[]))
  if ('const' in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.type))
    return fc.oneof(...schema.type.map((type: string) => of({ ...schema, type })))
  switch (schema.type) {
    case 'string':
      return text(schema)
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1000, max: Math.min(schema.maximum ?? 1000, 1_000_000) })
    case 'number':
      return number(schema)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(of(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, 4),
      })
    case 'object':
      return object(schema, of)
    default:
      return fc.jsonValue()
  }
}

function text({ format, pattern, minLength = 0, maxLength = 40 }: Schema): Arbitrary<string> {
  const date = fc.date({ min: FROM, max: TO, noInvalidDate: true })
  if (format === 'date-time') {
    // Also whole hours, which some places ask for.
    const hour = date.map((d) => new Date(Math.floor(d.getTime() / 3_600_000) * 3_600_000))
    return fc.oneof(hour, date).map((d) => d.toISOString())
  }
  if (format === 'date') return date.map((d) => d.toISOString().slice(0, 10))
  if (format === 'uri') return fc.webUrl()
  if (pattern) return matching(pattern as string)
  const size = { minLength, maxLength: Math.min(maxLength as number, Math.max(minLength as number, 40)) }
  return fc.oneof(
    fc.string({ ...size, unit: 'grapheme' }),
    fc.string({ ...size, unit: 'binary' }).map((s) => s.toWellFormed()),
  )
}

const byPattern = new Map<string, Arbitrary<string>>()

/** Each is made once: that takes longer than all the texts that it is asked for. */
function matching(pattern: string): Arbitrary<string> {
  const known = byPattern.get(pattern) ?? fc.stringMatching(new RegExp(pattern))
  byPattern.set(pattern, known)
  return known
}

function number({ minimum, maximum, exclusiveMinimum }: Schema): Arbitrary<number> {
  const min = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + 1e-6)
  const bounds = { ...(min !== undefined && { min }), ...(maximum !== undefined && { max: maximum }) }
  // What JSON has no way to write is left out.
  return fc.double({ ...bounds, noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
}

function object(schema: Schema, of: (inner: Schema) => Arbitrary<unknown>): Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema
  const known = fc.record(
    Object.fromEntries(
      Object.entries(properties as Record<string, Schema>).map(([name, one]) => [name, of(one)]),
    ),
    { requiredKeys: required },
  )
  if (!additionalProperties) return known
  const names = schema.propertyNames ? of(schema.propertyNames as Schema) : fc.string({ maxLength: 20 })
  const others = fc.dictionary(names as Arbitrary<string>, of(additionalProperties as Schema), { maxKeys: 4 })
  return fc.tuple(others, known).map(([a, b]) => ({ ...a, ...(b as object) }))
}

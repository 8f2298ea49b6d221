import { z } from 'zod'
import { JSON_SCHEMA } from './json-schema.ts'

type Json = Record<string, unknown>

/**
 * The schema of a JSON Merge Patch (RFC 7396) on what `schema` describes: an object, shown in the OpenAPI document
 * as `schema` with every property optional and nullable. The object that results is what gets checked.
 */
export function mergePatchOf(schema: z.ZodType): z.ZodType<Json> {
  const { $schema: _, ...whole } = z.toJSONSchema(schema, JSON_SCHEMA) as Json
  return z
    .custom<Json>((value) => isObject(value), 'a patch is an object')
    .meta({ ...patch(whole), description: 'A JSON Merge Patch (RFC 7396): null removes a property.' })
}

/** Deeper than any declaration; what is nested further cannot be valid and is taken as it is. */
const DEEPEST = 20

/** Applies a JSON Merge Patch. */
export function mergePatch(target: unknown, change: unknown, depth = 0): unknown {
  if (!isObject(change) || depth > DEEPEST) return change
  const merged = new Map(Object.entries(isObject(target) ? target : {}))
  for (const [name, value] of Object.entries(change)) {
    if (value === null) merged.delete(name)
    else merged.set(name, mergePatch(merged.get(name), value, depth + 1))
  }
  return Object.fromEntries(merged)
}

function patch(schema: unknown): Json {
  const { required: _required, default: _default, ...rest } = schema as Json
  if (Array.isArray(rest.anyOf)) return { ...rest, anyOf: rest.anyOf.map(patch) }
  if (rest.type !== 'object') return rest
  const { properties, additionalProperties } = rest
  return {
    ...rest,
    ...(isObject(properties) && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, nullable(one)])),
    }),
    ...(isObject(additionalProperties) && { additionalProperties: nullable(additionalProperties) }),
  }
}

function nullable(schema: unknown): Json {
  return { anyOf: [patch(schema), { type: 'null' }] }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

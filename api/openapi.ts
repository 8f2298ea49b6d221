import { z } from 'zod'
import { JSON_SCHEMA } from './contract/json-schema.ts'
import { bodyTypes, problemStatuses, type Precondition, type RouteContract } from './contract/route.ts'
import { components } from './contract/shared.ts'
import { ENTITY_TAGS } from './request/preconditions.ts'

type Json = Record<string, unknown>

const REFERENCE = '#/components/schemas/'
const PROBLEM_TYPE = 'application/problem+json'
const STATUS_TEXT: Record<number, string> = {
  200: 'Done',
  201: 'Created',
  204: 'Done; no body',
  400: 'The request is invalid',
  401: 'Missing or wrong key',
  403: 'The key does not have the scope',
  404: 'Not found',
  409: 'Conflicts with stored data',
  412: 'The stored state is not the one that the request names; nothing was changed',
  413: 'The body is too large',
  415: 'The body has a type or encoding that is not read',
  422: 'The request is valid but cannot be carried out',
  429: 'The service is behind, or this address sent too many wrong keys; retry after the time in Retry-After',
  502: 'Another server that is needed for it does not respond, or refuses',
  503: 'A database is not available, or did not store it; retry after the time in Retry-After',
  507: 'The disk of the service is full; retry after the time in Retry-After',
}

/** The OpenAPI 3.1 document of a table of routes. */
export function openApiDocument(routes: Record<string, RouteContract>, version: string): Json {
  const paths: Record<string, Json> = {}
  for (const [id, contract] of Object.entries(routes)) {
    const path = `/api/v1${contract.path.replace(/:(\w+)/g, '{$1}')}`
    paths[path] = { ...paths[path], [contract.method]: operation(id, contract) }
  }
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Driftgauge',
      version,
      description: 'Drift monitoring for machine-learning models.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(Object.values(routes).map(({ tag }) => tag))].map((name) => ({ name })),
    security: [{ bearer: [] }, { header: [] }],
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        header: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        retrain: {
          type: 'http',
          scheme: 'bearer',
          description: 'The token that was sent with the retraining request.',
        },
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'X-MLflow-Signature',
          description: 'With `X-MLflow-Delivery-Id` and `X-MLflow-Timestamp`, as MLflow sends them.',
        },
      },
    },
  }
}

function operation(operationId: string, contract: RouteContract): Json {
  const { tag, summary, description, scope, ownToken, params, query } = contract
  const parameters = [
    ...parametersOf('path', params),
    ...parametersOf('query', query),
    ...(contract.preconditions ?? []).map(headerOf),
  ]
  const requestBody = bodyOf(contract)
  return {
    operationId,
    tags: [tag],
    summary,
    description: [description, ownToken ? undefined : `Requires the scope \`${scope}\`.`]
      .filter(Boolean)
      .join('\n\n'),
    ...(ownToken ? { security: [{ [ownToken]: [] }] } : { 'x-scope': scope }),
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: responsesOf(contract),
  }
}

function parametersOf(where: 'path' | 'query', schema: z.ZodObject | undefined): Json[] {
  if (schema === undefined) return []
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, field]) => {
    const { description, ...rest } = inline(field)
    const required = where === 'path' || !field.safeParse(undefined).success
    return { name, in: where, required, ...(description !== undefined && { description }), schema: rest }
  })
}

const PRECONDITIONS: Record<Precondition, string> = {
  'If-Match': 'ETags: change it only if it is still at this revision. `*` means at any revision.',
  'If-None-Match': '`*`: create it only if it does not exist.',
}

function headerOf(name: Precondition): Json {
  const schema = { type: 'string', pattern: ENTITY_TAGS }
  return { name, in: 'header', required: false, description: PRECONDITIONS[name], schema }
}

const ETAG: Json = { description: 'The revision that the answer shows.', schema: { type: 'string' } }

function bodyOf(contract: RouteContract): Json | undefined {
  const { body, bodyOptional, rawBodies } = contract
  if (body) {
    const content = bodyTypes(contract).map((type) => [type, { schema: inline(body) }])
    return { required: bodyOptional !== true, content: Object.fromEntries(content) as Json }
  }
  if (rawBodies === undefined) return undefined
  const content = Object.entries(rawBodies).map(([type, { schema }]) => [
    type,
    schema ? { schema: inline(schema) } : {},
  ])
  const description = Object.entries(rawBodies).map(([type, one]) => `- \`${type}\`: ${one.description}`)
  return { required: true, description: description.join('\n'), content: Object.fromEntries(content) as Json }
}

function responsesOf(contract: RouteContract): Json {
  const answers = Object.entries(contract.answers).map(([status, schema]) => [
    status,
    {
      description: STATUS_TEXT[Number(status)],
      ...(schema && contract.etag && { headers: { ETag: ETAG } }),
      ...(schema && { content: contentOf(contract, schema) }),
    },
  ])
  const problems = problemStatuses(contract).flatMap((status) => {
    const content = { [PROBLEM_TYPE]: { schema: { $ref: `${REFERENCE}Problem` } } }
    return status in contract.answers ? [] : [[status, { description: STATUS_TEXT[status], content }]]
  })
  return Object.fromEntries([...answers, ...problems]) as Json
}

/** By media type, what an answer holds. */
function contentOf({ streamed, documents }: RouteContract, schema: z.ZodType): Json {
  const types = documents ?? [streamed ?? 'application/json']
  return Object.fromEntries(types.map((type) => [type, { schema: inline(schema) }]))
}

/** The schema of a place in the document: a reference where it has a name. */
function inline(schema: z.ZodType): Json {
  const id = components.get(schema)?.id
  return id === undefined ? plain(z.toJSONSchema(schema, JSON_SCHEMA)) : { $ref: `${REFERENCE}${id}` }
}

function componentSchemas(): Json {
  const uri = (id: string) => `${REFERENCE}${id}`
  const { schemas } = z.toJSONSchema(components, { ...JSON_SCHEMA, uri })
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, plain(schema)]))
}

function plain(schema: object): Json {
  const { $schema: _schema, $id: _id, ...rest } = schema as Json
  return rest
}

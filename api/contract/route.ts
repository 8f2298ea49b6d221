import type { z } from 'zod'
import type { Topic } from './topics.ts'

/** What a key may be used for; each route asks for one. Only keys of the environment have `admin`. */
export type Scope = 'ingest' | 'read' | 'write' | 'admin'
/** What is declared or decided by people, and audited. */
export type AuditSubject =
  | 'model'
  | 'monitor'
  | 'channel'
  | 'topic'
  | 'source'
  | 'baseline'
  | 'key'
  | 'alert'
  | 'alert_route'
  | 'silence'
  | 'annotation'
  | 'incident'
  | 'delivery'
  | 'dead_letter'
  | 'backup'
  | 'experiment'
  | 'retention'
  | 'view'
/** Headers by which a request says of which state its change is. */
export type Precondition = 'If-Match' | 'If-None-Match'
/** `retrain`: the token of a retraining request; `signature`: that of MLflow's webhooks. */
export type OwnToken = 'retrain' | 'signature'
export type DocumentType = 'text/html' | 'text/markdown'
export type Method = 'get' | 'post' | 'patch' | 'delete'

/** A body in a form that the handler reads by itself; `schema` describes it and is not checked beforehand. */
export interface RawBody {
  description: string
  schema?: z.ZodType
}

/** One route: all that routing, validation, access and the OpenAPI document need to know of it. */
export interface RouteContract {
  method: Method
  /** Below `/api/v1`, parameters written as `:name`. */
  path: `/${string}`
  tag: string
  summary: string
  description?: string
  scope: Scope
  /** Asks for no key, because it checks a token or a signature of its own. */
  ownToken?: OwnToken
  /** What kind of thing it changes, for the audit log; its name is a parameter of the path or the body's. */
  audited?: AuditSubject
  params?: z.ZodObject
  query?: z.ZodObject
  /** A JSON body, checked before the handler runs. */
  body?: z.ZodType
  /** Whether no body at all stands for an empty object. */
  bodyOptional?: boolean
  /** Bodies by media type, in place of `body`. */
  rawBodies?: Readonly<Record<string, RawBody>>
  /** The media type of answers that are a stream, in place of JSON. */
  streamed?: 'text/event-stream' | 'application/octet-stream'
  /** The media types of answers that are a document to read or to store, in place of JSON. */
  documents?: readonly DocumentType[]
  /** Whether answers with a body carry the entity tag of the revision that they show. */
  etag?: true
  preconditions?: readonly Precondition[]
  /** What an answer that is no problem may have changed: published to those who listen to `GET /events`. */
  changes?: readonly Topic[]
  /** By status, the bodies of answers that are no problem; null where there is none. */
  answers: Readonly<Record<number, z.ZodType | null>>
  /** Statuses of problems beyond those that follow from the rest: see `problemStatuses`. */
  problems?: readonly number[]
}

/** Declares a route, keeping its exact types. */
export const route = <const Contract extends RouteContract>(contract: Contract): Contract => contract

const JSON_TYPE = 'application/json'

/** The media types of bodies that a route takes; of one without a body, those of a body that it ignores. */
export function bodyTypes({ method, rawBodies }: RouteContract): string[] {
  if (rawBodies) return Object.keys(rawBodies)
  return method === 'patch' ? [JSON_TYPE, 'application/merge-patch+json'] : [JSON_TYPE]
}

/** Every status with which a route may answer a problem. */
export function problemStatuses(contract: RouteContract): number[] {
  const { method, params, query, body, rawBodies, ownToken, preconditions, problems = [] } = contract
  const statuses = new Set([401, 403, 503, ...problems])
  if (!ownToken) statuses.add(429)
  if (method !== 'get') statuses.add(507)
  if (preconditions) for (const status of [400, 412]) statuses.add(status)
  if (params || query || body || rawBodies) statuses.add(400)
  if (params) statuses.add(404)
  if (body || rawBodies) statuses.add(413)
  if (method !== 'get') statuses.add(415)
  return [...statuses].sort((a, b) => a - b)
}

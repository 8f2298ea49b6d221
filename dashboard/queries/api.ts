import type { z } from 'zod'
import type { problemSchema } from '../../api/contract/shared.ts'
import type { Routes } from '../../api/contract/routes.ts'
import type { Answer } from './answer.ts'
import { session } from '../state/session.svelte.ts'

type Problem = z.output<typeof problemSchema>

/** The API refused a request or failed; `requestId` finds it in the service's log. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly requestId: string | undefined
  /** What is wrong with which part of the request. */
  readonly errors: readonly { path: string; message: string }[]

  constructor(status: number, message: string, requestId?: string, errors: ApiError['errors'] = []) {
    super(message)
    this.status = status
    this.requestId = requestId
    this.errors = errors
  }
}

export type Query = Record<string, string | number | undefined>

export async function get<Id extends keyof Routes>(
  path: string,
  query: Query = {},
  signal?: AbortSignal,
): Promise<Answer<Id>> {
  return (await getTagged<Id>(path, query, signal)).body
}

/** An answer with its entity tag, to change what was read only as it was then. */
export interface Tagged<T> {
  body: T
  etag: string | undefined
}

export function getTagged<Id extends keyof Routes>(
  path: string,
  query: Query = {},
  signal?: AbortSignal,
): Promise<Tagged<Answer<Id>>> {
  return ask(withQuery(path, query), { signal: signal ?? null })
}

function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
  const search = new URLSearchParams(given).toString()
  return search === '' ? path : `${path}?${search}`
}

/** A document to be stored, under the name that the service gives it. */
export async function getDocument(path: string, query: Query): Promise<{ blob: Blob; name: string }> {
  const response = await reach(withQuery(path, query), {})
  if (!response.ok) throw await refusal(response)
  const [, name = 'report'] =
    /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? []
  return { blob: await response.blob(), name }
}

/** Sends a change; with an entity tag only of what is still as it was when the tag was given. */
export function post<Id extends keyof Routes>(
  path: string,
  body: unknown,
  etag?: string,
  signal?: AbortSignal,
): Promise<Answer<Id>> {
  return call(path, { ...sent('POST', body, etag), signal: signal ?? null })
}

/** The same, answered with the entity tag of what was stored. */
export function postTagged<Id extends keyof Routes>(
  path: string,
  body: unknown,
  etag: string | undefined,
): Promise<Tagged<Answer<Id>>> {
  return ask(path, sent('POST', body, etag))
}

/** Changes parts of a declaration, on the same condition. */
export function patch<Id extends keyof Routes>(
  path: string,
  body: unknown,
  etag: string | undefined,
): Promise<Answer<Id>> {
  return send('PATCH', path, body, etag)
}

/** Removes what is there; with an entity tag only what is still as it was. */
export const remove = (path: string, etag?: string): Promise<void> =>
  call(path, { method: 'DELETE', ...(etag !== undefined && { headers: { 'if-match': etag } }) })

/** Declares what is not there yet. */
export const create = <Id extends keyof Routes>(path: string, body: unknown): Promise<Answer<Id>> =>
  call(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'if-none-match': '*' },
  })

const send = <T>(method: string, path: string, body: unknown, etag: string | undefined): Promise<T> =>
  call(path, sent(method, body, etag))

const sent = (method: string, body: unknown, etag: string | undefined): RequestInit => ({
  method,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...(etag !== undefined && { 'if-match': etag }) },
})

/** Headers that show the session's key. */
export function authorization(): Record<string, string> {
  return session.key === '' ? {} : { authorization: `Bearer ${session.key}` }
}

const call = async <T>(path: string, init: RequestInit): Promise<T> => (await ask<T>(path, init)).body

async function ask<T>(path: string, init: RequestInit): Promise<Tagged<T>> {
  const response = await reach(path, init)
  if (!response.ok) throw await refusal(response)
  const body = (await response.json().catch(() => undefined)) as T
  return { body, etag: response.headers.get('etag') ?? undefined }
}

/** What a refusal says. */
async function refusal(response: Response): Promise<ApiError> {
  if (response.status === 401) session.refused = true
  const body = (await response.json().catch(() => undefined)) as unknown
  const { title, detail, request_id, errors } = (body ?? {}) as Partial<Problem>
  const id = request_id ?? response.headers.get('x-request-id') ?? undefined
  return new ApiError(
    response.status,
    detail ?? title ?? `The service returned status ${response.status}.`,
    id,
    errors,
  )
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`/api/v1${path}`, { ...init, headers: { ...authorization(), ...init.headers } })
  } catch (cause) {
    if (init.signal?.aborted) throw cause
    throw new ApiError(0, 'The service does not respond.')
  }
}

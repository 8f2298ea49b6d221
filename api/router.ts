import { pipeline } from 'node:stream/promises'
import type { Readable } from 'node:stream'
import { Router, type Request, type RequestHandler, type Response } from 'express'
import type { z } from 'zod'
import { requireScope } from './access.ts'
import { audited, type Commit } from './audit.ts'
import { checked, jsonBody, requireMediaType } from './request/body.ts'
import type { ApiContext } from './context.ts'
import { bodyTypes, type DocumentType, type OwnToken, type RouteContract } from './contract/route.ts'
import { entityTag } from './request/preconditions.ts'
import { notFound, Problem } from './problem.ts'

type Checked<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

/** What a handler is given: everything checked, and the request itself for what is not. */
export interface Input<Contract extends RouteContract> {
  params: Checked<Contract['params']>
  query: Checked<Contract['query']>
  body: Checked<Contract['body']>
  request: Request
  response: Response
  /** Stores a change with its audit entry. */
  commit: Contract extends { audited: string } ? Commit : undefined
}

/** An answer in one of the forms that the contract names. */
export type Reply<Contract extends RouteContract> = {
  [Status in keyof Contract['answers']]: Contract['answers'][Status] extends z.ZodType
    ? Contract extends { streamed: string }
      ? { status: Status; stream: Readable }
      : Contract extends { documents: readonly unknown[] }
        ? { status: Status; document: Document }
        : { status: Status; body: z.input<Contract['answers'][Status]> } & Revised<Contract>
    : { status: Status }
}[keyof Contract['answers']]

/** A text to be read or stored. */
export interface Document {
  type: DocumentType
  text: string
  /** Of the file that a browser stores it as. */
  fileName: string
  /** What it may load and run where a browser shows it. */
  policy: string
}

/** The revision that an answer shows, where its route says so by an entity tag. */
type Revised<Contract> = Contract extends { etag: true } ? { revision: number } : unknown

/** A handler for each route of a table. */
export type Handlers<Routes extends Record<string, RouteContract>> = {
  [Id in keyof Routes]: (input: Input<Routes[Id]>) => Promise<Reply<Routes[Id]>>
}

type AnyHandler = (
  input: Record<'params' | 'query' | 'body' | 'commit', unknown> & { request: Request; response: Response },
) => Promise<{
  status: number
  body?: unknown
  stream?: Readable
  document?: Document
  revision?: number
}>

/** Lets only requests with a token or signature pass. */
export type TokenChecks = Readonly<Record<OwnToken, RequestHandler>>

/**
 * The routes of a table: those that ask for a key, and those with a token or signature of their own, which is checked before
 * anything of the body is read.
 */
export function createRouters<Routes extends Record<string, RouteContract>>(
  routes: Routes,
  handlers: Handlers<Routes>,
  context: ApiContext,
  checks: TokenChecks,
): { open: Router; keyed: Router } {
  const all = Object.entries<RouteContract>(routes)
  const made = (entries: typeof all) => createRouter(Object.fromEntries(entries), handlers, context, checks)
  return {
    open: made(all.filter(([, { ownToken }]) => ownToken !== undefined)),
    keyed: made(all.filter(([, { ownToken }]) => ownToken === undefined)),
  }
}

type AnyHandlers = Record<string, unknown>

/** Express routes made of a table; a path asked with another method is answered with those it has. */
function createRouter(
  routes: Record<string, RouteContract>,
  handlers: AnyHandlers,
  context: ApiContext,
  checks: TokenChecks,
): Router {
  const router = Router({ caseSensitive: true })
  const methods = new Map<string, string[]>()
  for (const [id, contract] of Object.entries(routes)) {
    const { method, path, scope, ownToken } = contract
    router[method](
      path,
      ownToken ? checks[ownToken] : requireScope(scope),
      run(id, contract, handlers[id] as AnyHandler, context),
    )
    methods.set(path, [
      ...(methods.get(path) ?? []),
      ...(method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]),
    ])
  }
  for (const [path, allowed] of methods) router.all(path, refuseMethod(allowed))
  return router
}

function run(
  operation: string,
  contract: RouteContract,
  handler: AnyHandler,
  context: ApiContext,
): RequestHandler {
  const { params, query, body, bodyOptional, ownToken, changes = [], audited: subject } = contract
  const types = bodyTypes(contract)
  return async (request, response) => {
    if (contract.method !== 'get') requireMediaType(request, types)
    const input = {
      params: params && existing(params, request.params),
      query: query && checked(query, request.query),
      body:
        body &&
        (await jsonBody(request, body, context, { optional: bodyOptional, open: ownToken !== undefined })),
      request,
      response,
    }
    const work = (commit?: Commit) => handler({ ...input, commit })
    const change = { operation, request, response, body: input.body }
    const reply = subject === undefined ? await work() : await audited(context, { ...change, subject }, work)
    for (const topic of changes)
      context.live.publish({ topic, model: request.params.model as string | undefined })
    response.status(reply.status)
    // Parts of an answer, such as whether a silence is active, follow from the clock: a stored copy must not be reused.
    if (reply.revision !== undefined)
      response.set({ ETag: entityTag(reply.revision), 'Cache-Control': 'no-store' })
    if (reply.stream) await sendStream(request, response.type(contract.streamed!), reply.stream)
    else if (reply.document) sendDocument(response, reply.document)
    else if (reply.body === undefined) response.end()
    else response.json(reply.body)
  }
}

/** Sends a stream until it ends or the client goes, which is no fault of anyone. */
async function sendStream(request: Request, response: Response, stream: Readable): Promise<void> {
  response.set({ 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' })
  if (request.method === 'HEAD') {
    stream.destroy()
    response.end()
    return
  }
  try {
    await pipeline(stream, response)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw cause
  }
}

/** What a path names in a way that nothing can be called does not exist. */
function existing(schema: z.ZodObject, params: Request['params']): unknown {
  const outcome = schema.safeParse(params)
  if (outcome.success) return outcome.data
  const name = String(outcome.error.issues[0].path[0])
  throw notFound(`${name} "${String(params[name])}"`)
}

/** Shown in a sandbox: it can do nothing to the service that it came from. */
function sendDocument(response: Response, { type, text, fileName, policy }: Document): void {
  response.set({
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Disposition': `inline; filename="${fileName}"`,
    'Content-Security-Policy': `${policy}; frame-ancestors 'none'; sandbox`,
    'Cache-Control': 'no-store',
  })
  response.send(text)
}

function refuseMethod(allowed: readonly string[]): RequestHandler {
  return (request, response) => {
    response.set('Allow', allowed.join(', '))
    if (request.method === 'OPTIONS') {
      response.status(204).end()
      return
    }
    throw new Problem(
      405,
      'Method not allowed',
      `There is no route ${request.method} ${request.path}; the path has ${allowed.join(', ')}.`,
    )
  }
}

/** Handlers of some routes, made with what they work with. */
export type HandlersOf<Routes extends Record<string, RouteContract>> = (
  context: ApiContext,
) => Handlers<Routes>

import { isUtf8 } from 'node:buffer'
import type { Request } from 'express'
import { createGunzip } from 'node:zlib'
import { finished } from 'node:stream'
import type { z } from 'zod'
import { at, describeIssue, type Path } from '../../control/describe/describe-issue.ts'
import { held } from './admission.ts'
import type { ApiContext } from '../context.ts'
import { invalid, Problem } from '../problem.ts'

/** A JSON body of records may have this many bytes once unpacked; NDJSON is read as a stream. */
export const MAX_JSON_BYTES = 16_000_000
/** Any other JSON body; a model of 2,000 features takes about a hundredth of it. */
const MAX_DECLARATION_BYTES = 8_000_000
/** A body that is sent without a key. */
const MAX_OPEN_BYTES = 64_000

/** The body as it was before `Content-Encoding`. */
export async function* unpacked(request: Request): AsyncGenerator<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw new Problem(
      415,
      'Unsupported encoding',
      `Content-Encoding "${encoding}" is not supported; use gzip or none.`,
    )
  const plain = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  try {
    yield* encoding === 'gzip' ? gunzipped(request) : plain
  } finally {
    // A client that is cut off while it sends does not see the answer, so what is left is read and dropped.
    request.resume()
  }
}

async function* gunzipped(request: Request): AsyncGenerator<Buffer> {
  // Not `pipeline`, which would close the connection when the data is bad.
  const gunzip = request.pipe(createGunzip())
  finished(request, (error) => {
    if (error) gunzip.destroy(error)
  })
  try {
    for await (const chunk of gunzip) yield chunk as Buffer
  } catch (cause) {
    if (/^Z_/.test((cause as NodeJS.ErrnoException).code ?? '')) {
      throw new Problem(400, 'Bad encoding', `The body is not valid gzip: ${(cause as Error).message}.`)
    }
    throw cause
  } finally {
    request.unpipe(gunzip)
  }
}

/** The same chunks; throws once they have more than `most` bytes together. `wayOut` says what to do about it. */
export async function* atMost(
  chunks: AsyncIterable<Buffer>,
  most: number,
  wayOut: string | (() => string),
): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > most) {
      const what = typeof wayOut === 'string' ? wayOut : wayOut()
      throw tooLarge(`The body has more than ${most} bytes, unpacked. ${what}`)
    }
    yield chunk
  }
}

export const tooLarge = (detail: string) => new Problem(413, 'Too large', detail)

/** The whole body, up to `most` bytes. */
export async function wholeBody(body: AsyncIterable<Buffer>, most: number, wayOut: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of atMost(body, most, wayOut)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The media type of the body, in lower case and without parameters; empty where none is given. */
export function mediaType(request: Request): string {
  return (request.get('content-type') ?? '').split(';')[0].trim().toLowerCase()
}

/**
 * Refuses a body of another type than `known`. A page of any site can make a browser send a form or plain text, but not
 * JSON, so a body that says nothing of its type is refused as well.
 */
export function requireMediaType(request: Request, known: readonly string[]): void {
  const type = mediaType(request)
  if (known.includes(type) || (type === '' && !hasBody(request))) return
  const given = type === '' ? 'A body without a Content-Type' : `"${type}"`
  throw new Problem(
    415,
    'Unsupported type',
    `${given} is not supported here; send the header "Content-Type: ${known.join('" or "')}".`,
  )
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** How a JSON body is read. */
interface JsonBodyOptions {
  /** Whether no body at all stands for an empty object. */
  optional?: boolean | undefined
  /** Whether whoever sends it has no key. */
  open?: boolean | undefined
}

/** The body as JSON of the given shape. What is in memory of all such bodies has a budget. */
export async function jsonBody<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  { bodies }: Pick<ApiContext, 'bodies'>,
  { optional = false, open = false }: JsonBodyOptions = {},
): Promise<z.output<Schema>> {
  const [most, wayOut] = open
    ? [MAX_OPEN_BYTES, 'Send a shorter message.']
    : [MAX_DECLARATION_BYTES, 'Send several requests, each with a part of it.']
  const body = bodies.join()
  const sent = await wholeBody(held(unpacked(request), body), most, wayOut).finally(body.leave)
  const text = sent.toString('utf8')
  if (optional && text === '') return checked(schema, {})
  return checked(schema, parseJson(sent))
}

/** The whole body as it was sent by somebody without a key. */
export async function openBody(request: Request, { bodies }: Pick<ApiContext, 'bodies'>): Promise<Buffer> {
  const body = bodies.join()
  const chunks = held(unpacked(request), body)
  return wholeBody(chunks, MAX_OPEN_BYTES, 'Send a shorter message.').finally(body.leave)
}

/** A body that must be JSON. */
export function parseJson(sent: Buffer): unknown {
  if (!isUtf8(sent)) throw new Problem(400, 'Bad request', 'The body is not in UTF-8: encode it as UTF-8.')
  try {
    return JSON.parse(sent.toString('utf8'))
  } catch (cause) {
    throw new Problem(400, 'Bad request', `The body is not JSON: ${(cause as Error).message}`)
  }
}

/** A value from outside, checked; the problem lists every fault with its place. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const outcome = schema.safeParse(value)
  if (outcome.success) return outcome.data
  const context = { schema, value, show: (path: Path) => plainText(at(value, path)) }
  const errors = outcome.error.issues
    .flatMap((issue) => describeIssue(issue, context))
    .map(({ path, message }) => ({ path: path.join('.'), message }))
  const detail = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
  throw new Problem(400, 'Bad request', detail, { errors })
}

/** A simple value, as messages name it. */
const plainText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined

/** What a patch makes of a declaration, checked; it must not rename it. */
export function patched<Schema extends z.ZodType<{ name: string }>>(
  schema: Schema,
  value: unknown,
  name: string,
): z.output<Schema> {
  const declared = checked(schema, value)
  if (declared.name === name) return declared
  throw invalid('name', 'the name of a declaration cannot be changed')
}

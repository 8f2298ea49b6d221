import { setTimeout } from 'node:timers/promises'
import type { Dispatcher } from 'undici'
import type { S3Location } from '../../../control/declared/sources/locations.ts'
import { backoff } from '../../../domain/backoff.ts'
import { LocationError } from '../location.ts'
import type { SourceSettings } from '../settings.ts'
import { addressOf, objectPath, queryText } from './address.ts'
import { isRegion, readRefusal } from './answers.ts'
import { credentialsOf } from './credentials.ts'
import { signedHeaders } from './sign.ts'
import { isPassing, isPassingError, refusalText, unreachableText, type Refused } from './wording.ts'

/** A successful answer. Its body throws a `LocationError` where the connection fails. */
export interface Answer {
  etag: string | undefined
  body: AsyncIterable<Buffer>
}

type Take<T> = (answer: Answer) => Promise<T>

/** Requests to one bucket. They are not redirected, and made again where the store or the connection fails for a moment. */
export interface S3Client {
  host: string
  list<T>(query: Readonly<Record<string, string>>, take: Take<T>, signal: AbortSignal): Promise<T>
  /** Undefined where there is no object of this key, or none with this etag. */
  get<T>(key: string, etag: string | undefined, take: Take<T>, signal: AbortSignal): Promise<T | undefined>
}

const ATTEMPTS = 4
const PAUSES_MS = { first: 500, max: 8_000 }
const MAX_REFUSAL_BYTES = 64 * 1024

/** A fault that may be over a moment later. */
class PassingError extends LocationError {}

const fault = (isPassing: boolean, text: string) =>
  isPassing ? new PassingError(text) : new LocationError(text)

export function createS3Client(
  location: S3Location,
  settings: SourceSettings,
  dispatcher: Dispatcher,
  now: () => Date,
): S3Client {
  const address = addressOf(location)
  const { origin, host } = address

  async function exchange<T>(
    request: { path: string; query: string; headers: Record<string, string>; key: string | undefined },
    take: Take<T>,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    const { path, query, key } = request
    const credentials = credentialsOf(location, settings)
    const headers =
      credentials === undefined
        ? request.headers
        : await signedHeaders({ origin, ...request }, credentials, location.region, now())
    const answer = await dispatcher
      .request({ origin, path: query === '' ? path : `${path}?${query}`, method: 'GET', headers, signal })
      .catch((error: unknown) => Promise.reject(failure(error)))
    try {
      return await taken(answer, key, credentials !== undefined, take)
    } finally {
      // Where it was not read to its end.
      answer.body.on('error', () => {}).destroy()
    }
  }

  async function taken<T>(
    answer: Dispatcher.ResponseData,
    key: string | undefined,
    isSigned: boolean,
    take: Take<T>,
  ): Promise<T | undefined> {
    const body = connected(answer.body)
    const { statusCode: status } = answer
    if (status === 200) return take({ etag: headerOf(answer, 'etag'), body })
    const refused = await refusalOf(answer, body)
    const isGone =
      key !== undefined && (status === 412 || (status === 404 && refused.code !== 'NoSuchBucket'))
    if (isGone) return undefined
    throw fault(isPassing(status), refusalText({ location, host, isSigned, key }, refused))
  }

  async function* connected(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    try {
      yield* body
    } catch (error) {
      throw failure(error)
    }
  }

  const failure = (error: unknown) => fault(isPassingError(error), unreachableText(host, error))

  async function patiently<T>(attempted: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await attempted()
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof PassingError) || attempt === ATTEMPTS) throw error
      }
      await setTimeout(backoff(attempt, PAUSES_MS), undefined, { signal })
    }
  }

  return {
    host,
    list: async (query, take, signal) => {
      const request = { path: address.path || '/', query: queryText(query), headers: {}, key: undefined }
      return (await patiently(() => exchange(request, take, signal), signal))!
    },
    get: (key, etag, take, signal) => {
      const headers: Record<string, string> = etag === undefined ? {} : { 'if-match': `"${etag}"` }
      const request = { path: objectPath(address, key), query: '', headers, key }
      return patiently(() => exchange(request, take, signal), signal)
    },
  }
}

const headerOf = ({ headers }: Dispatcher.ResponseData, name: string) => [headers[name]].flat()[0]

async function refusalOf(answer: Dispatcher.ResponseData, body: AsyncIterable<Buffer>): Promise<Refused> {
  const text = await wholeBody(body, MAX_REFUSAL_BYTES).catch(() => undefined)
  const told = readRefusal(text?.toString('utf8') ?? '')
  const region = headerOf(answer, 'x-amz-bucket-region') ?? ''
  return { status: answer.statusCode, code: told.code, region: isRegion(region) ? region : told.region }
}

/** The whole body, or undefined where it has more than so many bytes. */
export async function wholeBody(body: AsyncIterable<Buffer>, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > most) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

import type { Answer } from './answer.ts'
import { endOfLines } from '../declare/end-of-lines.ts'
import { ApiError, authorization } from './api.ts'

/** The type that the API knows a file by, from its name; undefined where it cannot read it. */
export function fileType(name: string): string | undefined {
  const extension = /\.(\w+)$/.exec(name)?.[1].toLowerCase() ?? ''
  return Object.hasOwn(TYPES, extension) ? TYPES[extension as keyof typeof TYPES] : undefined
}

const TYPES = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
} as const

/** What `accept` of a file field says. */
export const FILE_EXTENSIONS = Object.keys(TYPES)
  .map((one) => `.${one}`)
  .join(',')
export const UNKNOWN_FILE = 'Choose a file that ends with .csv, .tsv, .ndjson or .parquet.'

export interface Upload<T> {
  answer: Promise<T>
  abort: () => void
}

/** Sends a file and tells the share that is sent, which `fetch` cannot. */
export function upload<T>(
  path: string,
  body: Blob,
  type: string,
  onSent: (share: number) => void = () => {},
): Upload<T> {
  const request = new XMLHttpRequest()
  const answer = new Promise<T>((resolve, reject) => {
    request.open('POST', `/api/v1${path}`)
    request.responseType = 'json'
    for (const [name, value] of Object.entries({ ...authorization(), 'content-type': type }))
      request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => onSent(total === 0 ? 1 : loaded / total)
    request.onload = () => {
      if (request.status < 300) resolve(request.response as T)
      else reject(refusal(request))
    }
    request.onerror = () => reject(new ApiError(0, 'The service does not respond.'))
    request.onabort = () => reject(new ApiError(0, 'The upload was cancelled.'))
    request.send(body)
  })
  return { answer, abort: () => request.abort() }
}

function refusal({ status, response }: XMLHttpRequest): ApiError {
  const { detail, title, request_id, errors } = (response ?? {}) as Record<string, never>
  return new ApiError(status, detail ?? title ?? `The service returned status ${status}.`, request_id, errors)
}

/** So many bytes of a file of lines are enough to tell what its columns are. */
const SAMPLE_BYTES = 4_000_000
/** A Parquet file can only be sent as a whole: one that is larger is not sent just to look at it. */
const MAX_LOOKED_AT = 100_000_000

/** Which columns of a file hold what is no feature. None at all means as their names say. */
export type OutcomeColumns = Answer<'suggestModel'>['outcome_columns']

export type Suggested = Answer<'suggestModel'> & { isSample: boolean }

/** The declaration that a file suggests. Of a large file of lines only the first are sent. */
export async function suggestModel(
  file: File,
  name: string,
  { columns = {}, signal }: { columns?: OutcomeColumns | undefined; signal?: AbortSignal } = {},
): Promise<Suggested> {
  const type = fileType(file.name)
  if (type === undefined) throw new ApiError(0, UNKNOWN_FILE)
  const isSample = type !== TYPES.parquet && file.size > SAMPLE_BYTES
  if (!isSample && file.size > MAX_LOOKED_AT)
    throw new ApiError(0, 'The file is too large to preview. Use a sample of its rows, or CSV.')
  const body = isSample ? await firstLines(file, type) : file
  signal?.throwIfAborted()
  const path = `/models/suggested?${new URLSearchParams({ name, ...columns }).toString()}`
  const sending = upload<Answer<'suggestModel'>>(path, body, type)
  signal?.addEventListener('abort', sending.abort)
  return { ...(await sending.answer), isSample }
}

async function firstLines(file: File, type: string): Promise<Blob> {
  const bytes = new Uint8Array(await file.slice(0, SAMPLE_BYTES).arrayBuffer())
  const end = endOfLines(bytes, type !== TYPES.ndjson)
  return end === 0 ? file : new Blob([bytes.subarray(0, end)])
}

import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { fileFormat } from '../../ingest/files/file-format.ts'
import type { Progress } from '../shared/progress.ts'
import type { Api } from './http.ts'

const CONTENT_TYPES: Record<string, string> = {
  '.csv': 'text/csv',
  '.tsv': 'text/tab-separated-values',
  '.ndjson': 'application/x-ndjson',
  '.jsonl': 'application/x-ndjson',
  '.parquet': 'application/vnd.apache.parquet',
}

/** Sends a file as the body of a request, its type told by its name. */
export async function upload<T>(api: Api, path: string, file: string, bar: Progress): Promise<T> {
  const format = fileFormat(file)!
  const { size } = await stat(file)
  async function* body(): AsyncGenerator<Buffer> {
    let sent = 0
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      yield chunk
      sent += chunk.length
      bar.update(Math.floor((100 * sent) / size), 100, sent < size ? 'sending' : 'sent; counting rows')
    }
  }
  const headers = {
    'content-type': CONTENT_TYPES[format.extension.replace('.gz', '')],
    ...(format.extension.endsWith('.gz') ? { 'content-encoding': 'gzip' } : {}),
  }
  return api.send<T>(path, body(), headers)
}

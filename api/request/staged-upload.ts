import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import type { Request } from 'express'
import type { Model } from '../../control/declared/model.ts'
import { stageBaseline } from '../../ingest/baseline/file-baseline.ts'
import type { OutcomeColumns } from '../../ingest/baseline/outcome-columns.ts'
import { overRows, type StagedFile } from '../../ingest/files/files.ts'
import type { ApiContext } from '../context.ts'
import { Problem } from '../problem.ts'
import { mediaType } from './body.ts'
import { writeUpload } from './upload.ts'

const EXTENSIONS: Record<string, string | undefined> = {
  'text/csv': '.csv',
  'text/tab-separated-values': '.tsv',
  'application/x-ndjson': '.ndjson',
  'application/vnd.apache.parquet': '.parquet',
}

/** The extension of a file of the body's type; undefined where the body is no file of rows. */
export const fileExtension = (request: Request): string | undefined => EXTENSIONS[mediaType(request)]

/** Does work over the rows of an uploaded file, which is gone afterwards, read by {@link stageBaseline}. */
export async function withUploadedRows<T>(
  { store, spool, limits }: Pick<ApiContext, 'store' | 'spool' | 'limits'>,
  request: Request,
  extension: string,
  { model, columns }: { model?: Model; columns: OutcomeColumns | 'guess' },
  work: (file: StagedFile) => Promise<T>,
): Promise<T> {
  const path = join(spool, `${randomUUID()}${extension}`)
  try {
    await writeUpload(request, path, limits)
    const staged = await stageBaseline(store, path, spool, model, { columns })
    if (staged.status === 'unreadable') throw unreadable(staged.reason.replace(`${path}: `, ''))
    try {
      return await overRows(staged.file, () => work(staged.file), unreadable)
    } finally {
      await staged.file.drop()
    }
  } finally {
    await rm(path, { force: true })
  }
}

const unreadable = (reason: string) => new Problem(422, 'Unreadable file', reason)

import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { eventsDeletedBefore } from '../../control/retention/deleted-events.ts'
import { bodyColumns } from '../columnar/body-columns.ts'
import { BodyRefused, type BodyFormat } from '../columnar/body-format.ts'
import { cleanRows } from '../columnar/clean-events.ts'
import { layoutOf } from '../columnar/layout.ts'
import { stageBody } from '../columnar/stage-body.ts'
import { storeBody } from '../columnar/store-body.ts'
import { UnreadableFile } from '../files/unreadable-file.ts'
import type { FileBatch } from './batch.ts'
import { eventColumns } from './event-columns.ts'
import { requireFields } from './expected-columns.ts'
import { intakeContext, originOf, type FetchedFile } from './read-context.ts'

/** The rows of a Parquet or Arrow file that are not stored yet, in batches. Throws {@link UnreadableFile}. */
export async function* columnarFile(fetched: FetchedFile, format: BodyFormat): AsyncGenerator<FileBatch> {
  const { store, source, model, file, most, clock } = fetched
  const client = store.connect()
  const path = await withoutBeginning(fetched.path, format)
  try {
    const columns = await bodyColumns(client, path, format, most)
    requireFields(
      columns.map(({ name }) => name),
      fetched,
    )
    for (const { kind, columns: used, only } of eventColumns(columns, { source, model, file })) {
      const context = await intakeContext(fetched, kind)
      const layout = layoutOf(model, kind, used, source.timezone)
      const deletedBefore = await eventsDeletedBefore(store.control, model.name)
      const clean = cleanRows(layout, { ...context, now: clock(), classes: context.classes, deletedBefore, labelDelay: context.labelDelay }) // prettier-ignore
      const options = { embedded: store.embedded, most, watcher: store.ingest }
      const staged = await stageBody(client, options, { path, format, columns, only }, layout, clean)
      const origin = originOf(fetched)
      const body = {
        client,
        layout,
        clean,
        timezone: source.timezone,
        originOf: (row: number) => origin(row + 1),
      }
      try {
        let stored = file.positions[kind] ?? 0
        for (const batch of storeBody(context, { ...body, ...staged }, stored)) {
          stored += batch.rows
          yield { position: [kind, stored], store: async () => [{ kind, result: await batch.store() }] }
        }
      } finally {
        await staged.drop().catch(() => {})
      }
    }
  } catch (cause) {
    throw cause instanceof BodyRefused ? new UnreadableFile(ofFile(cause), { cause }) : cause
  } finally {
    await client.close()
    if (path !== fetched.path) await rm(path, { force: true })
  }
}

/** An Arrow file is a stream behind a few bytes. */
async function withoutBeginning(path: string, { skipped }: BodyFormat): Promise<string> {
  if (skipped === 0) return path
  const copy = `${path}.stream`
  await pipeline(createReadStream(path, { start: skipped }), createWriteStream(copy, { mode: 0o600 }))
  return copy
}

/** What is said of a body, of a file; what helps a request does not help it. */
function ofFile({ why, message }: BodyRefused): string {
  const facts = message.replace(/\bThe body\b/g, 'The file').replace(/\bbody\b/g, 'file')
  if (why === 'unreadable') return facts.replace(/ Nothing was stored\.$/, '')
  return `${facts.split(/(?<=\.)\s/)[0]} Write smaller files, or smaller row groups.`
}

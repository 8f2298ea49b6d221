import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Body } from '../../../ingest/columnar/body.ts'
import { bodyColumns } from '../../../ingest/columnar/body-columns.ts'
import { BODY_FORMATS } from '../../../ingest/columnar/body-format.ts'
import { cleanRows } from '../../../ingest/columnar/clean-events.ts'
import { layoutOf, type EventKind } from '../../../ingest/columnar/layout.ts'
import { stageBody, type StagedBody } from '../../../ingest/columnar/stage-body.ts'
import type { IntakeContext } from '../../../ingest/intake/pipeline.ts'
import type { Store } from '../../../store/engine/client.ts'
import { MEDIA_TYPES, type ColumnarFormat } from './body.ts'

const MAX = 1_000_000_000

/** The rows of a body as the API stages them. */
export async function stagedBody(
  store: Pick<Store, 'rollup' | 'ingest' | 'embedded'>,
  { model, classes, now, labelDelay }: IntakeContext,
  kind: EventKind,
  format: ColumnarFormat,
  content: Buffer,
): Promise<Body & StagedBody> {
  const bodyFormat = BODY_FORMATS[MEDIA_TYPES[format]]!
  const path = join(tmpdir(), `${randomUUID()}${bodyFormat.extension}`)
  writeFileSync(path, content.subarray(bodyFormat.skipped))
  const client = store.rollup
  try {
    const columns = await bodyColumns(client, path, bodyFormat, MAX)
    const layout = layoutOf(model, kind, columns, undefined)
    const clean = cleanRows(layout, { model, classes, now, labelDelay, deletedBefore: undefined })
    const options = { embedded: store.embedded, most: MAX, watcher: store.ingest }
    const body = await stageBody(client, options, { path, format: bodyFormat, columns }, layout, clean)
    return { client, layout, clean, timezone: undefined, ...body }
  } finally {
    rmSync(path)
  }
}

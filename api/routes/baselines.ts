import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { Router, type Request } from 'express'
import { z } from 'zod'
import { activate, baselineFromWindow, type BaselineOutcome } from '../../ingest/baseline.ts'
import { baselineFromFile, stageBaseline } from '../../ingest/file-baseline.ts'
import { activeBaseline, listBaselines } from '../../store/baselines.ts'
import type { Model } from '../../store/model.ts'
import { checked, jsonBody, unpacked } from '../body.ts'
import { modelOr404, type ApiContext } from '../context.ts'
import { notFound, Problem } from '../problem.ts'

const FILE_TYPES: Record<string, string> = {
  'text/csv': '.csv',
  'text/tab-separated-values': '.tsv',
  'application/x-ndjson': '.ndjson',
  'application/vnd.apache.parquet': '.parquet',
}

const HOUR_MS = 3_600_000
/** Later hours wrap around in the engine's `DateTime`. */
const LATEST_MS = 2 ** 32 * 1000
const hourSchema = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) % HOUR_MS === 0, 'must be a whole hour')
  .refine((text) => Date.parse(text) >= 0 && Date.parse(text) < LATEST_MS, 'must lie between 1970 and 2106')
  .transform((text) => new Date(text).toISOString())
const windowSchema = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  window: z
    .strictObject({ from: hourSchema, to: hourSchema })
    .refine(({ from, to }) => from < to, '"from" must be before "to"'),
})

const uploadSchema = z.object({ name: z.string().min(1).max(100).default('uploaded') })

/** Baselines: from an uploaded file or a window of stored predictions. A model's first one becomes active. */
export function baselineRoutes(context: ApiContext): Router {
  const router = Router()
  const { store } = context
  router.get('/models/:model/baselines', async (request, response) => {
    const { name } = await modelOr404(context, request)
    const active = await activeBaseline(store, name)
    response.json({ baselines: await listBaselines(store, name), active: active?.version ?? null })
  })
  router.post('/models/:model/baselines', async (request, response) => {
    const model = await modelOr404(context, request)
    const extension = FILE_TYPES[(request.get('content-type') ?? '').split(';')[0].trim()]
    const outcome =
      extension === undefined
        ? await fromWindow(context, request, model)
        : await fromFile(context, request, model, extension)
    if (outcome.status === 'empty')
      throw new Problem(422, 'Empty baseline', `There is nothing to make a baseline of: ${outcome.reason}.`)
    const { baseline } = outcome
    if ((await activeBaseline(store, model.name)) === undefined)
      await activate(store, model.name, baseline.version, context.clock())
    response.status(201).json(baseline)
  })
  router.post('/models/:model/baselines/:version/activate', async (request, response) => {
    const { name } = await modelOr404(context, request)
    const found = (await listBaselines(store, name)).find(
      ({ version }) => String(version) === request.params.version,
    )
    if (found === undefined) throw notFound(`baseline ${request.params.version} of model "${name}"`)
    await activate(store, name, found.version, context.clock())
    response.json(found)
  })
  return router
}

async function fromWindow(context: ApiContext, request: Request, model: Model): Promise<BaselineOutcome> {
  const { name, window } = await jsonBody(request, windowSchema)
  const source = { window }
  return baselineFromWindow(context.store, {
    model,
    name: name ?? `${window.from}/${window.to}`,
    source,
    now: context.clock(),
  })
}

async function fromFile(
  context: ApiContext,
  request: Request,
  model: Model,
  extension: string,
): Promise<BaselineOutcome> {
  const { store, spool } = context
  if (!store.embedded) {
    throw new Problem(
      501,
      'Files need the embedded engine',
      'This service uses a ClickHouse server: make the baseline from a window of stored predictions.',
    )
  }
  await mkdir(spool, { recursive: true })
  const path = join(spool, `${randomUUID()}${extension}`)
  try {
    await pipeline(unpacked(request), createWriteStream(path))
    const staged = await stageBaseline(store.rollup, path, spool, model)
    if (staged.status === 'unreadable')
      throw new Problem(422, 'Unreadable file', staged.reason.replace(`${path}: `, ''))
    try {
      const { name } = checked(uploadSchema, request.query)
      return await baselineFromFile(store, store.rollup, staged.file, {
        model,
        name,
        source: { file: name },
        now: context.clock(),
      })
    } finally {
      await staged.file.drop()
    }
  } finally {
    await rm(path, { force: true })
  }
}

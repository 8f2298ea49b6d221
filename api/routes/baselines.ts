import type { Request } from 'express'
import { z } from 'zod'
import { activate, baselineFromWindow, bind, type BaselineOutcome } from '../../ingest/baseline/baseline.ts'
import type { OutcomeColumns } from '../../ingest/baseline/outcome-columns.ts'
import { baselineFromFile, ENVELOPE } from '../../ingest/baseline/file-baseline.ts'
import { countPendingLabels } from '../../store/events/labels.ts'
import { scoredClass } from '../../store/profiles/class-scores.ts'
import type { StagedFile } from '../../ingest/files/files.ts'
import type { Control } from '../../control/database/control.ts'
import { boundBaselines } from '../../control/declared/baseline-bindings.ts'
import { activeBaseline, listBaselines, type Baseline } from '../../control/declared/baselines.ts'
import { labelledBaselines } from '../../store/labelled/labelled-profiles.ts'
import { modelColumns, type Model } from '../../control/declared/model.ts'
import { baselineAnswer } from '../answers/baseline.ts'
import { jsonBody } from '../request/body.ts'
import { modelOr404, storedBaselineOr404, type ApiContext } from '../context.ts'
import { baselineWindow, type baselineRoutes } from '../contract/baselines.ts'
import { pageOfAll } from '../paging.ts'
import { pendingBaselines } from '../retrain-plan.ts'
import { Problem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'
import { fileExtension, withUploadedRows } from '../request/staged-upload.ts'

const versionCursor = z.tuple([z.number()])

/** Baselines: from an uploaded file or a window of stored predictions. A model's first one becomes active. */
export const baselineHandlers: HandlersOf<typeof baselineRoutes> = (context) => {
  const { store, clock } = context
  return {
    async listBaselines({ params, query }) {
      const { name } = await modelOr404(context, params.model)
      const active = await activeBaseline(store.control, name)
      const bound = await boundBaselines(store.control, name)
      const all = await listBaselines(store.control, name)
      const labelled = await labelledBaselines(store, name)
      const { items, next_cursor } = pageOfAll(all, query, versionCursor, ({ version }) => [version])
      return {
        status: 200,
        body: {
          baselines: items.map((baseline) => baselineAnswer(baseline, labelled)),
          active: active?.version ?? null,
          bound: [...bound].map(([version, baseline]) => ({ version, baseline: baseline.version })),
          pending: await pendingBaselines(context, name, clock()),
          next_cursor,
        },
      }
    },
    async makeBaseline({ params, query: { name, ...columns }, request }) {
      const model = await modelOr404(context, params.model)
      const extension = fileExtension(request)
      if (extension === undefined && Object.values(columns).some((column) => column !== ''))
        throw new Problem(422, 'No file', 'prediction, score and label name columns of a file: omit them.')
      const outcome: BaselineOutcome & Partial<FileNotes> =
        extension === undefined
          ? await fromWindow(context, request, model, name)
          : await fromFile(context, request, { model, columns }, extension, name ?? 'uploaded')
      if (outcome.status === 'empty')
        throw new Problem(422, 'Empty baseline', `The baseline would be empty: ${outcome.reason}.`)
      if (outcome.status === 'changing')
        throw new Problem(
          409,
          'Window is changing',
          `No baseline was made, because ${outcome.reason}. Try again, or choose a window that ends earlier.`,
        )
      const { baseline, missing = [], unused = [], invalid = [] } = outcome
      if ((await activeBaseline(store.control, model.name)) === undefined)
        await activate(store, model.name, baseline.version, clock())
      return { status: 201, body: { ...(await answerOf(context, baseline)), missing, unused, invalid } }
    },
    async activateBaseline({ params, body: { for_version }, commit }) {
      const found = await storedBaselineOr404(context, params.model, params.version)
      if (for_version === undefined) await activate(store, found.model, found.version, clock(), commit)
      else await bind(store, found.model, for_version, found.version, clock(), commit)
      return { status: 200, body: await answerOf(context, found) }
    },
    async deactivateBaseline({ params, body: { for_version }, commit }) {
      const found = await storedBaselineOr404(context, params.model, params.version)
      await checkBound(store.control, found, for_version)
      await bind(store, found.model, for_version, undefined, clock(), (work) =>
        commit(async (transaction) => {
          await checkBound(transaction, found, for_version)
          await work(transaction)
        }),
      )
      return { status: 200, body: await answerOf(context, found) }
    },
  }
}

/** Refuses where a version of the model is not compared with this baseline. */
async function checkBound(control: Control, { model, version }: Baseline, of: string): Promise<void> {
  const bound = (await boundBaselines(control, model)).get(of)
  if (bound?.version === version) return
  const instead = bound === undefined ? 'the active one' : `baseline ${bound.version}`
  throw new Problem(
    409,
    'Not bound',
    `Version "${of}" is compared with ${instead}, not with baseline ${version}.`,
  )
}

async function answerOf({ store }: ApiContext, baseline: Baseline) {
  return baselineAnswer(baseline, await labelledBaselines(store, baseline.model))
}

async function fromWindow(
  context: ApiContext,
  request: Request,
  model: Model,
  named: string | undefined,
): Promise<BaselineOutcome> {
  const { name, window } = await jsonBody(request, baselineWindow, context)
  // Labels that still wait for their predictions would be missing from it.
  if ((await countPendingLabels(context.store, model.name)) > 0) await context.countFirst(model)
  const [from, to] = [window.from.toISOString(), window.to.toISOString()]
  return baselineFromWindow(context.store, {
    model,
    name: name ?? named ?? `${from}/${to}`,
    source: { window: { from, to } },
    now: context.clock(),
  })
}

async function fromFile(
  context: ApiContext,
  request: Request,
  { model, columns }: { model: Model; columns: OutcomeColumns },
  extension: string,
  name: string,
): Promise<BaselineOutcome & FileNotes> {
  return withUploadedRows(context, request, extension, { model, columns }, async (file) => {
    const asked = { model, name, source: { file: name }, now: context.clock() }
    const outcome = await baselineFromFile(context.store, file, asked)
    return { ...outcome, ...columnNotes(file, model), invalid: invalidCells(file, model) }
  })
}

interface Invalid {
  column: string
  count: number
  example: string
}

/** What of a file was not as its model declares. */
interface FileNotes {
  missing: string[]
  unused: string[]
  invalid: Invalid[]
}

function columnNotes({ columns }: StagedFile, model: Model): Pick<FileNotes, 'missing' | 'unused'> {
  const features = model.features.map(({ name }) => name)
  const present = new Set(columns.map(({ name }) => name))
  const known = new Set([...features, ...modelColumns(model).map(({ name }) => name), ...ENVELOPE])
  return {
    missing: features.filter((name) => !present.has(name)),
    unused: columns.flatMap(({ name }) => (known.has(name) || scoredClass(name) !== undefined ? [] : [name])),
  }
}

function invalidCells({ columns }: StagedFile, model: Model): Invalid[] {
  const used = new Set(modelColumns(model).map(({ name }) => name))
  return columns.flatMap(({ name, kind, invalid }) =>
    kind === 'numeric' && invalid !== undefined && used.has(name) ? [{ column: name, ...invalid }] : [],
  )
}

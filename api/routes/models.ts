import { inferModel } from '../../ingest/baseline/file-baseline.ts'
import { OUTCOMES } from '../../ingest/baseline/outcome-columns.ts'
import { ZodError } from 'zod'
import type { Control } from '../../control/database/control.ts'
import { declarationOf, modelDocuments, modelSchema, type Model } from '../../control/declared/model.ts'
import { experiments } from '../../control/declared/experiment.ts'
import { monitors } from '../../control/declared/monitor.ts'
import { reachShards } from '../../store/engine/reach-shards.ts'
import { undeclareModel, type Models } from '../../store/models.ts'
import { sources } from '../../control/declared/sources/source.ts'
import { modelsOf, topics } from '../../store/topic.ts'
import type { modelRoutes } from '../contract/models.ts'
import {
  declareDocument,
  documentOr404,
  patchDocument,
  removeDocument,
  type DocumentKind,
} from '../declare/declare-document.ts'
import { pageOfDocuments } from '../paging.ts'
import { Problem } from '../problem.ts'
import { fileExtension, withUploadedRows } from '../request/staged-upload.ts'
import type { HandlersOf } from '../router.ts'

const notDeclarable = ({ issues }: ZodError) =>
  new Problem(
    422,
    'Not declarable',
    `The columns cannot be declared as they are: ${issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}.`,
  )

/** The registry of models. */
export const modelHandlers: HandlersOf<typeof modelRoutes> = (context) => {
  const { models, store } = context
  const kind = modelKind(models)
  return {
    async suggestModel({ query: { name, ...columns }, request }) {
      const extension = fileExtension(request)
      if (extension === undefined)
        throw new Problem(415, 'Unsupported type', 'Send a file of rows: CSV, TSV, NDJSON or Parquet.')
      const told = Object.keys(columns).length > 0 ? columns : 'guess'
      return withUploadedRows(context, request, extension, { columns: told }, async (file) => {
        if (file.rows === 0) throw new Problem(422, 'Empty file', 'The file has no rows.')
        const { model, leftOut } = await inferModel(store.rollup, file, name).catch((error: unknown) => {
          throw error instanceof ZodError ? notDeclarable(error) : error
        })
        const unsupported = file.unsupported.map(({ name, type }) => ({
          column: name,
          reason: 'unsupported' as const,
          detail: `values of the type ${type} are not supported`,
        }))
        const found = OUTCOMES.flatMap((outcome) => {
          const column = file.columns.find((one) => one.name === outcome)
          return column === undefined ? [] : [[outcome, column.inFile] as const]
        })
        return {
          status: 200,
          body: {
            model: declarationOf(model),
            rows: file.rows,
            columns: file.columns.map(({ inFile }) => inFile),
            outcomes: found.map(([outcome]) => outcome),
            outcome_columns: Object.fromEntries(found),
            left_out: [...leftOut, ...unsupported],
          },
        }
      })
    },
    async listModels({ query }) {
      const all = await modelDocuments.readAll(store.control)
      const { items, ...page } = pageOfDocuments(all, query, declarationOf)
      return { status: 200, body: { models: items, ...page } }
    },
    async declareModel({ body, request, commit }) {
      const asked = { name: body.name, request, commit, next: () => body }
      const { status, document, revision } = await declareDocument(context, kind, asked)
      return { status, body: declarationOf(document), revision }
    },
    async getModel({ params }) {
      const { document, revision } = await documentOr404(context, kind, params.model)
      return { status: 200, body: declarationOf(document), revision }
    },
    async patchModel({ params, body: patch, request, commit }) {
      const asked = { name: params.model, request, commit, schema: modelSchema, patch }
      const { document, revision } = await patchDocument(context, kind, asked)
      return { status: 200, body: declarationOf(document), revision }
    },
    async deleteModel({ params: { model: name }, request, commit }) {
      // What is left behind on a node would belong to a model that is declared anew.
      await reachShards(store)
      await removeDocument(kind, { name, request, commit })
      await models.clear(name)
      const deleted = [
        'declaration',
        'predictions',
        'labels',
        'reference_features',
        'profiles',
        'annotations',
      ]
      const kept = ['baselines, none of them active', 'results', 'alerts', 'incidents', 'dead letters']
      return { status: 200, body: { model: name, deleted, kept } }
    },
  }
}

/** Models, as what is declared. */
export function modelKind(models: Models): DocumentKind<Model> {
  return {
    noun: 'model',
    documents: modelDocuments,
    shown: declarationOf,
    prepare: (model) => models.fit(model),
    async settle(model, before) {
      models.forget()
      if (before === undefined) await models.fit(model)
    },
    checkRemoval,
    remove: undeclareModel,
  }
}

async function checkRemoval(control: Control, name: string): Promise<void> {
  const watching = (await monitors.list(control)).filter(({ model }) => model === name)
  if (watching.length > 0) {
    const names = watching.map((monitor) => `"${monitor.name}"`).join(', ')
    throw new Problem(409, 'Conflict', `Monitors use the model "${name}": remove ${names} first.`)
  }
  const compared = (await experiments.list(control)).filter(({ model }) => model === name)
  if (compared.length > 0) {
    const names = compared.map((experiment) => `"${experiment.name}"`).join(', ')
    throw new Problem(
      409,
      'Conflict',
      `Experiments compare versions of the model "${name}": remove ${names} first.`,
    )
  }
  const read = (await sources.list(control)).filter(({ model }) => model === name)
  if (read.length > 0) {
    const names = read.map((source) => `"${source.name}"`).join(', ')
    throw new Problem(
      409,
      'Conflict',
      `Batch sources have records for the model "${name}": remove ${names} first.`,
    )
  }
  const feeding = (await topics.list(control)).filter((topic) =>
    modelsOf(topic).some(({ model }) => model === name),
  )
  if (feeding.length > 0) {
    const names = feeding.map((topic) => `"${topic.name}"`).join(', ')
    throw new Problem(
      409,
      'Conflict',
      `Kafka topics have records for the model "${name}": remove ${names} first.`,
    )
  }
}

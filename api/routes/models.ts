import { isDeepStrictEqual } from 'node:util'
import { declarationOf, modelSchema, type Model } from '../../control/declared/model.ts'
import { monitors } from '../../control/declared/monitor.ts'
import { modelsOf, topics } from '../../store/topic.ts'
import { patched } from '../body.ts'
import { modelOr404 } from '../context.ts'
import { mergePatch } from '../contract/merge-patch.ts'
import type { modelRoutes } from '../contract/models.ts'
import { nameCursor, pageOfAll } from '../paging.ts'
import { Problem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'

/** The registry of models. */
export const modelHandlers: HandlersOf<typeof modelRoutes> = (context) => {
  const { models, store, clock } = context
  const declare = async (model: Model, before: Model | undefined) => {
    if (!isDeepStrictEqual(model, before)) await models.declare(model, clock())
    return declarationOf(model)
  }
  return {
    async listModels({ query }) {
      const { items, next_cursor } = pageOfAll(await models.list(), query, nameCursor, ({ name }) => [name])
      return { status: 200, body: { models: items.map(declarationOf), next_cursor } }
    },
    async declareModel({ body }) {
      const before = await models.find(body.name)
      return { status: before === undefined ? 201 : 200, body: await declare(body, before) }
    },
    async getModel({ params }) {
      return { status: 200, body: declarationOf(await modelOr404(context, params.model)) }
    },
    async patchModel({ params, body }) {
      const before = await modelOr404(context, params.model)
      const model = patched(modelSchema, mergePatch(declarationOf(before), body), before.name)
      return { status: 200, body: await declare(model, before) }
    },
    async deleteModel({ params }) {
      const { name } = await modelOr404(context, params.model)
      const watching = (await monitors.list(store.control)).filter(({ model }) => model === name)
      if (watching.length > 0) {
        const names = watching.map((monitor) => `"${monitor.name}"`).join(', ')
        throw new Problem(409, 'Conflict', `Monitors use the model "${name}": remove ${names} first.`)
      }
      const feeding = (await topics.list(store.control)).filter((topic) =>
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
      await models.remove(name)
      const deleted = ['declaration', 'predictions', 'labels', 'profiles']
      const kept = ['baselines, none of them active', 'results', 'alerts', 'dead letters']
      return { status: 200, body: { model: name, deleted, kept } }
    },
  }
}

import { monitors } from '../../control/declared/monitor.ts'
import { sources } from '../../control/declared/sources/source.ts'
import { topics } from '../../store/topic.ts'
import { checkMonitor } from '../declare/check-monitor.ts'
import { checkExperiment } from '../declare/check-experiment.ts'
import { checkRoute } from '../declare/check-route.ts'
import { checkSourceModel } from '../declare/check-source.ts'
import { checkTopic } from '../declare/check-topic.ts'
import { declaredIn, withDeclared } from '../declare/declared.ts'
import type { declarationRoutes } from '../contract/declarations.ts'
import { monitorWarnings } from '../monitor-warnings.ts'
import { asProblem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'

/** Whether declarations would be taken, by the checks that declaring them makes. */
export const declarationHandlers: HandlersOf<typeof declarationRoutes> = (context) => {
  const { store, models } = context
  return {
    async checkDeclarations({ body }) {
      const declared = withDeclared(declaredIn(store.control), body)
      const warnings: { monitor: string; message: string }[] = []
      for (const model of body.models) await within('models', model.name, () => models.check(model))
      for (const monitor of body.monitors)
        await within('monitors', monitor.name, async () => {
          await checkMonitor(
            store.control,
            monitor,
            await monitors.find(store.control, monitor.name),
            declared,
          )
          const found = await monitorWarnings({ store, model: declared.model }, monitor)
          warnings.push(...found.map(({ message }) => ({ monitor: monitor.name, message })))
        })
      for (const topic of body.topics)
        await within('topics', topic.name, async () =>
          checkTopic(topic, await topics.find(store.control, topic.name), declared),
        )
      for (const route of body.routes) await within('routes', route.name, () => checkRoute(route, declared))
      for (const experiment of body.experiments)
        await within('experiments', experiment.name, () => checkExperiment(experiment, declared))
      for (const source of body.sources)
        await within('sources', source.name, async () =>
          checkSourceModel(source, await sources.find(store.control, source.name), declared),
        )
      return { status: 200, body: { warnings } }
    },
  }
}

/** Says of a refusal what is refused. */
async function within(section: string, name: string, check: () => Promise<void>): Promise<void> {
  try {
    await check()
  } catch (error) {
    const problem = asProblem(error)
    if (problem === undefined) throw error
    throw problem.about({ declaration: { section, name } })
  }
}

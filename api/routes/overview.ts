import { currentAlerts } from '../../control/alerting/alert-events.ts'
import { modelsWithBaseline } from '../../control/declared/baselines.ts'
import type { Store } from '../../store/engine/client.ts'
import { lastEvaluations } from '../../store/results/evaluations.ts'
import { monitors, type Monitor } from '../../control/declared/monitor.ts'
import { usualLength } from '../../domain/monitor-window.ts'
import { newestWindows, type NewestWindow } from '../../store/results/newest-windows.ts'
import { newestResults, recentEffects } from '../../store/views/overview.ts'
import { rememberTraffic } from '../../store/views/remembered-traffic.ts'
import { bySeverity, toOverview } from '../answers/overview.ts'
import type { overviewRoutes } from '../contract/overview.ts'
import type { HandlersOf } from '../router.ts'

/** Points of a sparkline. */
const MAX_POINTS = 60

/** How every model stands: a fixed number of statements, however many models there are. */
export const overviewHandlers: HandlersOf<typeof overviewRoutes> = ({ store, models }) => {
  const trafficOf = rememberTraffic()
  return {
    async getOverview() {
      const declared = await models.list()
      const names = declared.map(({ name }) => name)
      const watching = (await monitors.list(store.control)).filter(({ model }) => names.includes(model))
      const ends = (await newestWindows(store)).filter((window) =>
        watching.some(({ name, model }) => name === window.monitor && model === window.model),
      )
      const newest = await newestResults(store, ends)
      const effects = await effectsOfFirst(store, watching, ends)
      const firing = (await currentAlerts(store.control, { scope: 'alert' })).filter(
        ({ status }) => status === 'firing',
      )
      const evaluations = await lastEvaluations(store)
      const baselines = await modelsWithBaseline(store.control)
      const traffic = await trafficOf(store, names)
      const facts = declared.map(({ name, task }) => {
        const watchers = watching.filter(({ model }) => model === name)
        const own = watchers.map((monitor) => monitor.name)
        return {
          model: name,
          task,
          hasBaseline: baselines.has(name),
          monitors: own,
          warningFrom: watchers[0]?.thresholds[watchers[0].decide].warning,
          firing: firing.filter(({ model, monitor }) => model === name && own.includes(monitor)),
          ends: ends.filter(({ model }) => model === name),
          newest: newest.find(({ model }) => model === name),
          evaluations: evaluations.filter(({ monitor }) => own.includes(monitor)),
          effects: effects.filter(({ model }) => model === name),
          traffic: traffic.get(name),
        }
      })
      return { status: 200, body: { models: facts.map(toOverview).sort(bySeverity) } }
    },
  }
}

/** The recent past of each model's first monitor by name. */
async function effectsOfFirst(store: Store, watching: readonly Monitor[], ends: readonly NewestWindow[]) {
  const first = new Map(watching.toReversed().map((monitor) => [monitor.model, monitor]))
  const recent = ends.flatMap(({ model, monitor, labels, end }) => {
    const one = first.get(model)
    if (labels || one?.name !== monitor) return []
    return [
      { model, monitor, since: new Date(Math.max(0, end.getTime() - MAX_POINTS * usualLength(one.every))) },
    ]
  })
  return recentEffects(store, recent, MAX_POINTS)
}

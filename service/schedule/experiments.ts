import type { Logger } from 'pino'
import { HOUR_MS } from '../../domain/time.ts'
import { experimentEvent } from '../../alerts/experiments/report.ts'
import { routeEvents } from '../../alerts/routing/route-events.ts'
import { insertAlertEvents, type Fence } from '../../control/alerting/insert-alert-events.ts'
import { inTransaction } from '../../control/database/control.ts'
import { experimentDefinition, experiments } from '../../control/declared/experiment.ts'
import { readStanding, writeStanding } from '../../control/experiments/experiment-state.ts'
import { lookAt } from '../../detectors/run/experiments/look.ts'
import type { Store } from '../../store/engine/client.ts'
import type { Models } from '../../store/models.ts'

export interface ExperimentContext {
  store: Store
  models: Models
  log: Logger
  fence?: Fence | undefined
  signal?: AbortSignal | undefined
}

/** Looks at every experiment that is not decided, once an hour, and tells of those that are. Returns their models. */
export async function lookAtExperiments(context: ExperimentContext, now: Date): Promise<string[]> {
  const { store, models, log, signal } = context
  const looked: string[] = []
  for (const { document: experiment, changedAt } of await experiments.readAll(store.control)) {
    if (signal?.aborted) break
    const before = await readStanding(store.control, experiment.name)
    const isSame = before?.definition === experimentDefinition(experiment)
    const isOver = isSame && (before.state !== 'undecided' || before.closed !== null)
    if (isOver || (isSame && hourOf(before.lookedAt) >= hourOf(now))) continue
    const model = await models.find(experiment.model)
    if (model === undefined) continue
    try {
      const standing = await lookAt(store, { experiment, model, declaredAt: changedAt, before, now })
      const isOpen = before !== undefined && before.state !== 'undecided' && before.closed === null
      const over = isOpen ? [experimentEvent(experiment, before, now, true)] : []
      const decided = standing.state === 'undecided' ? [] : [experimentEvent(experiment, standing, now)]
      const [routedOver, routedDecided] = [await routeEvents(store, over), await routeEvents(store, decided)]
      await inTransaction(store.control, async (transaction) => {
        await context.fence?.(transaction)
        await writeStanding(transaction, experiment.name, standing)
        // In this order, which is kept where both have the same time.
        await insertAlertEvents(transaction, routedOver)
        await insertAlertEvents(transaction, routedDecided)
      })
      looked.push(experiment.model)
    } catch (error) {
      log.error(
        { err: error, experiment: experiment.name },
        'the look at an experiment failed; the next minute tries again',
      )
    }
  }
  return looked
}

const hourOf = (time: string | Date) => Math.floor(new Date(time).getTime() / HOUR_MS)

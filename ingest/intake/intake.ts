import { Registry } from 'prom-client'
import type { Store } from '../../store/engine/client.ts'
import { knownClasses } from '../../store/events/known-classes.ts'
import type { Model } from '../../control/declared/model.ts'
import { createIntakeMetrics, type IntakeMetrics } from './metrics.ts'
import { createWriter, type Writer } from './writer.ts'

/** What all sources of a process share to take records in. */
export interface Intake {
  writer: Writer
  metrics: IntakeMetrics
  /** The classes that a model is known to have, remembered for a while; undefined where that is not known. */
  classesOf: (model: Model) => Promise<ReadonlySet<string> | undefined>
}

/** @param registry where the metrics are registered */
export function createIntake(store: Store, registry = new Registry()): Intake {
  const metrics = createIntakeMetrics(registry)
  const writer = createWriter(store, {
    onInsert({ target, rows, seconds }) {
      metrics.insertRows.observe({ target }, rows)
      metrics.insertSeconds.observe({ target }, seconds)
    },
    onRefusal: (target, lines) => metrics.refusedRows.inc({ target }, lines),
  })
  return { writer, metrics, classesOf: rememberClasses(store) }
}

const REMEMBERED_MS = 15_000

function rememberClasses(store: Store, clock: () => number = Date.now): Intake['classesOf'] {
  const remembered = new Map<string, { readAt: number; classes: ReturnType<typeof knownClasses> }>()
  return (model) => {
    const found = remembered.get(model.name)
    if (found !== undefined && clock() - found.readAt < REMEMBERED_MS) return found.classes
    // On the connection of the intake, which waits for no long read of a page.
    const classes = knownClasses({ ...store, read: store.ingest }, model)
    remembered.set(model.name, { readAt: clock(), classes })
    classes.catch(() => remembered.delete(model.name))
    return classes
  }
}

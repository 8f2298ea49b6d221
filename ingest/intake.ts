import { Registry } from 'prom-client'
import type { Store } from '../store/client.ts'
import { createIntakeMetrics, type IntakeMetrics } from './metrics.ts'
import { createWriter, type Writer } from './writer.ts'

/** What all sources of a process share to take records in. */
export interface Intake {
  writer: Writer
  metrics: IntakeMetrics
}

/** @param registry where the metrics are registered */
export function createIntake(store: Store, registry = new Registry()): Intake {
  const metrics = createIntakeMetrics(registry)
  const writer = createWriter(store, ({ target, rows, seconds }) => {
    metrics.insertRows.observe({ target }, rows)
    metrics.insertSeconds.observe({ target }, seconds)
  })
  return { writer, metrics }
}

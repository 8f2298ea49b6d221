import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { createRegistryMetrics } from '../../service/registry/metrics.ts'
import { createWorkerMetrics, registerBacklog } from '../../service/metrics.ts'
import { createIntakeMetrics } from '../../ingest/intake/metrics.ts'
import type { Store } from '../../store/engine/client.ts'
import { ROOT } from '../support/root.ts'

test('docs/operations.md names every metric, and none that there is not', () => {
  const registry = new Registry()
  createIntakeMetrics(registry)
  createWorkerMetrics(registry)
  createRegistryMetrics(registry)
  registerBacklog(registry, {} as Store, () => new Date())
  const docs = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8')
  const named = new Set(docs.match(/\bdriftgauge_[a-z_]+/g))
  expect([...named].sort()).toEqual(
    registry
      .getMetricsAsArray()
      .map(({ name }) => name)
      .sort(),
  )
})

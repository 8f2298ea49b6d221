import { hostname } from 'node:os'
import { randomUUID } from 'node:crypto'
import type { ProcessReport } from '../../control/operation/process-report.ts'
import { reasonOf } from './part.ts'
import { createDependencyWatch, type DependencyWatch } from './watch.ts'

/** What the process that answers knows of itself. */
export interface Self {
  id: string
  watch: DependencyWatch
  report: () => ProcessReport
}

/** What can be said of any process; whoever starts workers and consumers adds theirs. */
export function describeSelf(version: string, clock: () => Date, roles: ProcessReport['roles']): Self {
  const startedAt = new Date(clock().getTime() - Math.round(1000 * process.uptime())).toISOString()
  return {
    id: randomUUID(),
    watch: createDependencyWatch(clock, reasonOf),
    report: () => ({
      host: hostname(),
      pid: process.pid,
      roles,
      version,
      node: process.versions.node,
      started_at: startedAt,
      memory_bytes: process.memoryUsage.rss(),
      reasons: [],
      warnings: [],
      scheduler: null,
      kafka: null,
    }),
  }
}

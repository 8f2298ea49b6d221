import { join } from 'node:path'
import type { PluginTransformQueryArgs, RootOperationNode } from 'kysely'
import pino from 'pino'
import { prepareStore } from '../../../service/prepare-store.ts'
import { openStore } from '../../../store/engine/client.ts'

/**
 * Prepares the store in a directory as a start does, in a process that kills itself right before its n-th statement: one
 * to ClickHouse, or a write to the control database. Prints how many there were, and then all that is in the database.
 */
const [directory, counted, step] = process.argv.slice(2)
const opened = await openStore(
  { path: join(directory, 'clickhouse') },
  { path: join(directory, 'control.db') },
)
let statements = 0
const next = (database: string) => {
  if (database === counted && ++statements === Number(step)) process.kill(process.pid, 'SIGKILL')
}
const exec = opened.rollup.exec.bind(opened.rollup)
Object.assign(opened.rollup, {
  exec: (params: Parameters<typeof exec>[0]) => {
    next('clickhouse')
    return exec(params)
  },
})
const control = opened.control.withPlugin({
  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    if (/^(Insert|Update|Delete|Raw)/.test(node.kind)) next('control')
    return node
  },
  transformResult: ({ result }) => Promise.resolve(result),
})
const log = pino({ level: 'silent' })
await prepareStore({ ...opened, control }, { directory, log, now: new Date() })
const tables = [
  'models', 'monitors', 'channels', 'topics', 'alert_routes', 'api_keys', 'baselines', 'active_baselines',
  'baseline_bindings', 'silences', 'alert_events', 'alert_states', 'alert_acks', 'outbox', 'deliveries', 'retrains',
  'retrain_events', 'audit', 'counters',
] as const // prettier-ignore
const content: Record<string, string[]> = {}
for (const table of tables) {
  const found = await opened.control.selectFrom(table).selectAll().execute()
  content[table] = found.map((row) => JSON.stringify(row)).sort()
}
await opened.close()
process.stdout.write(`${statements}\n${JSON.stringify(content)}\n`)

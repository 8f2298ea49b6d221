import { join } from 'node:path'
import type { PluginTransformQueryArgs, RootOperationNode } from 'kysely'
import { openBackup } from '../../../store/backup/open-backup.ts'
import { restoreBackup } from '../../../store/backup/restore.ts'
import { openStore } from '../../../store/engine/client.ts'

/** Restores a backup into a directory, in a process that kills itself right before its n-th write. Prints how many there were. */
const [from, directory, step] = process.argv.slice(2)
const backup = await openBackup(from)
const opened = await openStore(
  { path: join(directory, 'clickhouse') },
  { path: join(directory, 'control.db') },
  { controlMigrations: backup.manifest.control_migrations },
)
let writes = 0
const next = () => {
  if (++writes === Number(step)) process.kill(process.pid, 'SIGKILL')
}
for (const name of ['exec', 'command'] as const) {
  const original = opened.rollup[name].bind(opened.rollup) as (params: { query: string }) => Promise<unknown>
  Object.assign(opened.rollup, {
    [name]: (params: { query: string }) => {
      if (!/^\s*SELECT/.test(params.query)) next()
      return original(params)
    },
  })
}
const control = opened.control.withPlugin({
  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    if (/^(Insert|Update|Delete)/.test(node.kind)) next()
    return node
  },
  transformResult: ({ result }) => Promise.resolve(result),
})
await restoreBackup({
  store: { ...opened, control },
  backup,
  spool: directory,
  now: new Date(),
  settle: () => Promise.resolve(),
})
await opened.close()
process.stdout.write(`${writes}\n`)

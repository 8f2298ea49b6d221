import { modelOfTable } from '../events/silver.ts'
import { rows } from '../engine/query.ts'
import type { Store } from '../engine/client.ts'
import { recentTraffic, type Traffic } from './traffic.ts'

/**
 * As {@link recentTraffic}, which reads the tables of each model. Of a model whose tables have not changed since, what was
 * found last is told again.
 */
export function rememberTraffic(): typeof recentTraffic {
  const kept = new Map<string, { state: string | undefined; traffic: Traffic | undefined }>()
  return async (store, models) => {
    // Looked at first: what arrives meanwhile makes the next call read again.
    const states = await tableStates(store)
    const changed = models.filter((model) => kept.get(model)?.state !== states.get(model) || !kept.has(model))
    const found = await recentTraffic(store, changed)
    for (const model of changed) kept.set(model, { state: states.get(model), traffic: found.get(model) })
    const wanted = new Set(models)
    for (const model of kept.keys()) if (!wanted.has(model)) kept.delete(model)
    return new Map(
      models.flatMap((model) => {
        const traffic = kept.get(model)?.traffic
        return traffic === undefined ? [] : [[model, traffic] as const]
      }),
    )
  }
}

/** A text for each model that changes with every insert, deletion and merge of its rows; none for one without rows. */
async function tableStates({ read, shards }: Store): Promise<Map<string, string>> {
  const found = await rows<{ table: string; state: string }>(
    read,
    `SELECT table, concat(toString(count()), ' ', toString(sum(cityHash64(name, rows, modification_time)))) AS state
     FROM ${shards.system('parts', 'one')} WHERE active AND database = ${shards.database}
     GROUP BY table ORDER BY table`,
  )
  const states = new Map<string, string>()
  for (const { table, state } of found) {
    const model = modelOfTable(table)
    if (model !== undefined) states.set(model, `${states.get(model) ?? ''} ${state}`)
  }
  return states
}

import type { ClickHouseClient } from '@clickhouse/client'
import type { Control } from '../../control/database/control.ts'
import { databaseVersion } from '../../control/operation/database-version.ts'
import type { Store } from '../../store/engine/client.ts'
import { rows } from '../../store/engine/query.ts'
import { inTime } from './part.ts'
import type { DependencyWatch } from './watch.ts'

interface Version {
  version: string
}

/** Whether ClickHouse answers, and its version. */
export const probeClickHouse = (client: ClickHouseClient, watch: DependencyWatch): Promise<Version> =>
  watch.observe('clickhouse', async () => {
    const [row] = await inTime(rows<Version>(client, 'SELECT version() AS version'), 'ClickHouse')
    return row
  })

/** Whether the database of control state answers, and its version. */
export const probeControl = (control: Control, watch: DependencyWatch): Promise<Version> =>
  watch.observe('control', async () => ({
    version: await inTime(databaseVersion(control), 'The control database'),
  }))

/** Looks at both, so that it is known since when they answer, or do not. */
export async function probeDatabases(
  { connect, control }: Pick<Store, 'connect' | 'control'>,
  watch: DependencyWatch,
): Promise<void> {
  const client = connect()
  await Promise.allSettled([probeClickHouse(client, watch), probeControl(control, watch)])
  // What did not answer in time may hold it.
  void client.close().catch(() => {})
}

import { createClient } from '@clickhouse/client'

/** Its own, so that nothing of whoever tries the demo is touched. */
const DATABASE = 'driftgauge_demo'

export interface DemoDatabase {
  /** The address of the database on the server. */
  url: string
  drop(): Promise<void>
}

/** An empty database for the demo on a ClickHouse server; one that an earlier demo left is replaced. */
export async function createDemoDatabase(server: string): Promise<DemoDatabase> {
  const command = async (query: string) => {
    const client = createClient({ url: server })
    await client.command({ query }).finally(() => client.close())
  }
  const drop = () => command(`DROP DATABASE IF EXISTS ${DATABASE} SYNC`)
  await drop()
  await command(`CREATE DATABASE ${DATABASE}`)
  const url = new URL(server)
  url.pathname = `/${DATABASE}`
  return { url: url.href, drop }
}

import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import pg from 'pg'
import { postgresFault } from '../../control/database/postgres-faults.ts'
import { refusal, storeFault } from '../../store/engine/faults.ts'

/** Its own, so that nothing of whoever tries the demo is touched. */
const NAME = 'driftgauge_demo'

export interface DemoDatabase {
  /** Where the demo's own tables are on the server. */
  url: string
  drop(this: void): Promise<void>
}

/**
 * An empty database for the demo on a ClickHouse server; one that an earlier demo left is replaced. Throws what the store
 * would, where the server is away or refuses.
 */
export async function createDemoDatabase(server: string): Promise<DemoDatabase> {
  const command = async (query: string) => {
    const client = createClient({ url: server, log: { level: ClickHouseLogLevel.OFF } })
    try {
      await client.command({ query })
    } catch (cause) {
      const fault = storeFault(cause, { embedded: false, divided: false })
      throw refusal(fault) ?? fault
    } finally {
      await client.close()
    }
  }
  const drop = () => command(`DROP DATABASE IF EXISTS ${NAME} SYNC`)
  await drop()
  await command(`CREATE DATABASE ${NAME}`)
  const url = new URL(server)
  url.pathname = `/${NAME}`
  return { url: url.href, drop }
}

/** As {@link createDemoDatabase}, a schema in a PostgreSQL database. */
export async function createDemoSchema(database: string): Promise<DemoDatabase> {
  const command = async (query: string) => {
    const client = new pg.Client({ connectionString: database })
    try {
      await client.connect()
      await client.query(query)
    } catch (cause) {
      throw postgresFault(cause)
    } finally {
      await client.end()
    }
  }
  const drop = () => command(`DROP SCHEMA IF EXISTS ${NAME} CASCADE`)
  await drop()
  await command(`CREATE SCHEMA ${NAME}`)
  const url = new URL(database)
  url.searchParams.set('options', `-c search_path=${NAME}`)
  return { url: url.href, drop }
}

import { FOREVER } from '../../domain/retention.ts'
import { readConfig, type Config, type Environment } from '../../config.ts'

export interface DemoPlace {
  directory: string
  /** Address of the demo's own database on a ClickHouse server, where it uses one. */
  clickhouse: string | undefined
  /** Address of the demo's own schema in a PostgreSQL database, where it uses one. */
  postgres: string | undefined
  /** Host and port that its messages go to. */
  receiver: string
}

/** The configuration of the demo's own service: no tables are touched of whoever tries it. */
export function demoConfig(
  environment: Environment,
  { directory, clickhouse, postgres, receiver }: DemoPlace,
): Config {
  return readConfig({
    ...environment,
    HOST: '127.0.0.1',
    CLICKHOUSE_URL: clickhouse,
    CLICKHOUSE_URL_FILE: undefined,
    // The demo's database is on one node.
    CLICKHOUSE_CLUSTER: undefined,
    DATABASE_URL: postgres,
    DATABASE_URL_FILE: undefined,
    DRIFTGAUGE_DATA: directory,
    // Its story is of the year 2001.
    DRIFTGAUGE_RETENTION: FOREVER,
    DRIFTGAUGE_API_KEYS: '',
    // Nobody else's data share its directory, and all that it writes are some 100 MB.
    DRIFTGAUGE_MIN_FREE_MB: '0',
    DRIFTGAUGE_WEBHOOK_ALLOW: receiver,
  })
}

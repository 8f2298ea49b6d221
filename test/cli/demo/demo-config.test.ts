import { expect, test } from 'vitest'
import { demoConfig } from '../../../cli/demo/config.ts'

const place = { directory: '/demo', clickhouse: undefined, receiver: '127.0.0.1:9' }

test('the demo touches no database of whoever tries it', () => {
  const environment = {
    CLICKHOUSE_URL: 'http://clickhouse:8123',
    DATABASE_URL: 'postgres://user:password@postgres/production',
    DRIFTGAUGE_DATA: '/production',
  }
  expect(demoConfig(environment, place)).toMatchObject({
    store: { path: '/demo/clickhouse' },
    control: { path: '/demo/control.db' },
    spool: '/demo/spool',
  })
  const files = { DATABASE_URL_FILE: '/secrets/database', CLICKHOUSE_URL_FILE: '/secrets/clickhouse' }
  const clickhouse = 'http://clickhouse:8123/driftgauge_demo'
  expect(demoConfig(files, { ...place, clickhouse })).toMatchObject({
    store: { url: clickhouse },
    control: { path: '/demo/control.db' },
  })
})

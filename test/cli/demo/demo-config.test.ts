import { expect, test } from 'vitest'
import { demoConfig } from '../../../cli/demo/config.ts'

const place = { directory: '/demo', clickhouse: undefined, postgres: undefined, receiver: '127.0.0.1:9' }

test('the demo touches no tables of whoever tries it', () => {
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
  const postgres = 'postgres://postgres/production?options=-c+search_path%3Ddriftgauge_demo'
  expect(demoConfig(files, { ...place, clickhouse, postgres })).toMatchObject({
    store: { url: clickhouse },
    control: { url: postgres },
  })
})

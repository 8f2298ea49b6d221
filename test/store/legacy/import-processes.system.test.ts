import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runService } from '../../support/child.ts'
import { OLD_KEY } from '../../support/legacy/rows.ts'
import { runBeside } from '../../support/legacy/run.ts'
import { ask } from '../../support/ask.ts'
import { describeOnServer, startClickHouseServer } from '../../support/stores/clickhouse-server.ts'
import { describeOnPostgres, startPostgres } from '../../support/stores/postgres.ts'
import { atEnd } from '../../support/runner/at-end.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describeOnServer('processes that start at once on the ClickHouse server of the previous release', () => {
  let clickhouse: string
  beforeAll(async () => {
    const server = await startClickHouseServer(join(directory, 'store'))
    atEnd(() => server.close())
    clickhouse = server.url
    await runBeside('fill-child.ts', clickhouse)
  }, 120_000)

  describeOnPostgres('and share PostgreSQL', () => {
    test('import it once, and all of them have it', { timeout: 180_000 }, async () => {
      const postgres = await startPostgres()
      atEnd(() => postgres.stop())
      const database = await postgres.createSchema()
      const data = ['a', 'b', 'c'].map((name) => join(directory, name))
      const children = data.map((path) =>
        runService(
          { CLICKHOUSE_URL: clickhouse, DATABASE_URL: database, DRIFTGAUGE_DATA: path, DRIFTGAUGE_API_KEYS: 'a-key-of-the-environment' },
          '--roles',
          'api',
        ),
      ) // prettier-ignore
      const urls = await Promise.all(children.map(({ url }) => url))
      for (const url of urls) {
        const { body } = await ask(`${url}/api/v1/monitors`, {
          headers: { authorization: `Bearer ${OLD_KEY}` },
        })
        expect((body as { monitors: { name: string }[] }).monitors.map(({ name }) => name)).toEqual(['daily'])
      }
      for (const { process } of children) process.kill('SIGTERM')
      const ends = await Promise.all(children.map(({ ended }) => ended))
      expect(ends.map(({ code }) => code)).toEqual([0, 0, 0])
      expect(ends.filter(({ stderr }) => stderr.includes('imported the control state'))).toHaveLength(1)
      const backups = data
        .flatMap((path) => readdirSync(path))
        .filter((name) => name.startsWith('control-import'))
      expect(backups).toHaveLength(1)
    })
  })
})

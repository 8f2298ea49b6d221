import { beforeAll, expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { rows } from '../../../store/engine/query.ts'
import { atEnd } from '../../support/runner/at-end.ts'
import { runSource } from '../../support/sources/run-source.ts'
import { testService, type TestService } from '../../support/service.ts'
import {
  describeOnPostgres,
  query,
  startPostgres,
  type PostgresServer,
} from '../../support/stores/postgres.ts'

const model = modelSchema.parse({
  name: 'm',
  task: 'binary',
  features: { amount: 'numeric', country: 'categorical' },
})
describeOnPostgres('rows of PostgreSQL as a source', () => {
  let server: PostgresServer
  let service: TestService
  let url: string
  beforeAll(async () => {
    server = await startPostgres()
    atEnd(() => server.stop())
    url = await server.createSchema()
    await query(url, 'CREATE TABLE scores (n bigserial, id text, at timestamptz, amount double precision, country text, p double precision)') // prettier-ignore
    service = await testService({ models: [model], monitors: [] }, { DRIFTGAUGE_SOURCE_WAREHOUSE_URL: url })
  })
  const insert = (from: number, to: number) =>
    query(url, `INSERT INTO scores (id, at, amount, country, p) SELECT 'k' || i, timestamptz '2026-01-02T00:00:00Z' + i * interval '1 second', i, 'DE', 0.5 FROM generate_series(${from}, ${to}) i`) // prettier-ignore

  test('new rows are taken in pieces, each once, and the password is shown nowhere', async () => {
    const declared = {
      ...{ name: 'rows', model: 'm', columns: { ts: 'at', score: 'p' }, ignore: ['n'] },
      postgres: { connection: 'warehouse', query: 'SELECT * FROM scores', cursor: 'n' },
    }
    await insert(1, 150_000)
    expect((await service.call('POST', '/sources', declared)).status).toBe(201)
    expect(await runSource(service, 'rows')).toMatchObject({
      problem: null,
      accepted: 150_000,
      rejected: 0,
      files: { taken: 2 },
    })
    await insert(150_001, 150_010)
    expect(await runSource(service, 'rows')).toMatchObject({ accepted: 150_010, files: { taken: 3 } })
    expect(await runSource(service, 'rows')).toMatchObject({ accepted: 150_010, files: { taken: 3 } })
    expect(await rows(service.store.rollup, 'SELECT count() AS n, uniqExact(id) AS ids, max(f_amount) AS most FROM predictions_m FINAL')).toEqual([{ n: 150_010, ids: 150_010, most: 150_010 }]) // prettier-ignore
    const answers = await Promise.all(['/sources', '/sources/rows', '/sources/rows/files', '/system'].map((path) => service.call('GET', path))) // prettier-ignore
    expect(JSON.stringify(answers.map(({ body }) => body as unknown))).not.toContain(new URL(url).password)
  }, 180_000)

  test('a query that fails is a problem of the source', async () => {
    const declared = { name: 'wrong', model: 'm', postgres: { connection: 'warehouse', query: 'SELECT * FROM nothing', cursor: 'n' } } // prettier-ignore
    await service.call('POST', '/sources', declared)
    expect((await runSource(service, 'wrong')).problem).toMatch(/nothing/)
  })
})

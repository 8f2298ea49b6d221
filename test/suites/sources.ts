import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { modelSchema } from '../../control/declared/model.ts'
import { rows } from '../../store/engine/query.ts'
import { silverTables } from '../../store/events/silver.ts'
import { columnarBody } from '../support/columnar/body.ts'
import { runSource } from '../support/sources/run-source.ts'
import { testService, type TestService } from '../support/service.ts'
import type { Store } from '../../store/engine/client.ts'

const MODEL = modelSchema.parse({
  name: 'churn',
  task: 'binary',
  features: { age: 'numeric', plan: 'categorical', region: 'categorical' },
})
const DAY = Date.UTC(2026, 9, 1)
const iso = (ms: number) => new Date(ms).toISOString()
const csv = (records: readonly object[]) =>
  [Object.keys(records[0]), ...records.map((one) => Object.values(one) as unknown[])].map((row) => row.join(',')).join('\n') // prettier-ignore
const scores = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `c${from + i}`,
    ts: iso(DAY + (from + i) * 60_000),
    age: 20 + i,
    plan: i % 2 === 0 ? 'basic' : 'pro',
    prediction: i % 3 === 0 ? 1 : 0,
  }))

/** How files of a folder are taken, whatever the store. */
export function sourceSuite(
  environment: () => Promise<Record<string, string>>,
  writerOf: (service: TestService) => Promise<Pick<Store, 'rollup'>> = async (service) => service.store,
): void {
  describe('a source of files', () => {
    let service: TestService
    let root: string
    let writer: Pick<Store, 'rollup'>
    beforeAll(async () => {
      root = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
      service = await testService(
        { models: [MODEL], monitors: [] },
        { ...(await environment()), DRIFTGAUGE_SOURCE_FOLDERS: root },
      )
      writer = await writerOf(service)
    })

    let number = 0
    /** A source of its own for a test, and what writes its files. */
    async function newSource(more: object = {}) {
      const name = `s${++number}`
      const folder = join(root, name)
      mkdirSync(folder)
      const declared = await service.call('POST', '/sources', {
        ...{ name, model: 'churn', folder: { path: folder }, settle: '1m', ...more },
      })
      expect(declared).toMatchObject({ status: 201 })
      let at = Date.now() / 1000 - 3600
      return {
        name,
        folder,
        write(path: string, content: string | Buffer) {
          mkdirSync(dirname(join(folder, path)), { recursive: true })
          writeFileSync(join(folder, path), content)
          utimesSync(join(folder, path), at, at++)
        },
        remove: (path: string) => rmSync(join(folder, path)),
        run: (asked?: object) => runSource(service, name, asked),
        async files() {
          const { body } = await service.call('GET', `/sources/${name}/files`)
          return body.files as { path: string; state: string; rows: number; accepted: number; rejected: number; problem: string }[] // prettier-ignore
        },
      }
    }
    const stored = (where = '1') =>
      rows(
        service.store.rollup,
        `SELECT id, ts, prediction, f_age AS age FROM ${silverTables('churn').predictions} FINAL WHERE ${where} ORDER BY id`,
      ).catch(() => [])
    const countOf = async (prefix: string) =>
      (
        await rows<{ n: number }>(
          service.store.rollup,
          `SELECT count() AS n FROM ${silverTables('churn').predictions} FINAL WHERE startsWith(id, '${prefix}')`,
        )
      )[0].n

    test('each is taken once, the one that was changed first before the others', async () => {
      const source = await newSource()
      source.write('b.csv', csv(scores(0, 10)))
      source.write('a.csv', csv(scores(10, 5)))
      expect(await source.run()).toMatchObject({ listed: 2, files: { taken: 2, failed: 0 }, accepted: 15, rejected: 0, problem: null }) // prettier-ignore
      expect((await source.files()).map(({ path, accepted }) => [path, accepted])).toEqual([['a.csv', 5], ['b.csv', 10]]) // prettier-ignore
      source.write('c.csv', csv(scores(15, 5)))
      expect(await source.run()).toMatchObject({ files: { taken: 3 }, accepted: 20 })
      expect(await source.run()).toMatchObject({ files: { taken: 3 }, accepted: 20 })
      expect(await countOf('c')).toBe(20)
      expect(await stored("id = 'c0'")).toMatchObject([{ age: 20 }])
    })

    test('one that changes is taken again as a whole, and what it had before is remembered', async () => {
      const source = await newSource()
      source.write('day.csv', csv(scores(100, 3)))
      await source.run()
      source.write('day.csv', csv(scores(100, 3).map((one) => ({ ...one, age: 99 }))))
      expect(await source.run()).toMatchObject({ files: { taken: 1, replaced: 1 }, accepted: 6 })
      expect(await stored("id IN ('c100', 'c101', 'c102')")).toMatchObject([{ age: 99 }, { age: 99 }, { age: 99 }]) // prettier-ignore
    })

    test('a bad one fails alone, says why, and is taken again once it is right', async () => {
      const source = await newSource()
      source.write('a.csv', 'key,value\n1,2\n')
      source.write('b.parquet', 'PAR1 no parquet at all')
      source.write('c.csv', csv(scores(200, 4)))
      source.write('d.ndjson', '{"id":"c210","ts":"2026-10-01T00:00:00Z","prediction":1}\n{"broken\n{"id":"c211"}\n') // prettier-ignore
      expect(await source.run()).toMatchObject({ files: { taken: 2, failed: 2 }, rejected: 2 })
      const files = new Map((await source.files()).map((file) => [file.path, file]))
      expect(files.get('a.csv')).toMatchObject({ state: 'failed', problem: expect.stringMatching(/no column holds the id.*columns: \{ id: … \}.*It has "key", "value"/) }) // prettier-ignore
      expect(files.get('b.parquet')).toMatchObject({ state: 'failed', problem: expect.stringMatching(/cannot be read as Parquet|not.*Parquet/i) }) // prettier-ignore
      expect(files.get('c.csv')).toMatchObject({ state: 'taken', accepted: 4 })
      expect(files.get('d.ndjson')).toMatchObject({ state: 'taken', accepted: 1, rejected: 2, rows: 3 })
      source.write('a.csv', csv(scores(220, 2)))
      expect(await source.run()).toMatchObject({ files: { taken: 3, failed: 1 } })
    })

    test('a rejected row is a dead letter that names its file and row, and can be replayed', async () => {
      const source = await newSource()
      source.write('odd.csv', csv([...scores(300, 2), { id: 'c302', ts: 'soon', age: 1, plan: 'pro', prediction: 1 }])) // prettier-ignore
      await source.run()
      await source.run({ again: 'odd.csv' })
      const { body } = await service.call('GET', `/dead-letters?source=source:predictions:${source.name}`)
      expect(body.dead_letters).toHaveLength(1)
      const [letter] = body.dead_letters
      expect(letter).toMatchObject({ reason: 'bad_ts', headers: { file: 'odd.csv', row: '3' } })
      const path = `/dead-letters/${encodeURIComponent(letter.id)}/replay`
      expect((await service.call('POST', path)).body).toMatchObject({ detail: expect.stringMatching(/soon/) })
    })

    test('columns can be called otherwise, come from the path, hold for all rows, or be left', async () => {
      const source = await newSource({
        columns: { id: 'customer', ts: 'day', score: 'p' },
        constants: { plan: 'basic' },
        ignore: ['internal'],
        timezone: 'Europe/Berlin',
      })
      const record = { customer: 'c400', age: 41, p: 0.7, internal: 'x' }
      source.write('day=2026-10-02/region=eu/part-0.csv', csv([record]))
      expect(await source.run()).toMatchObject({ accepted: 1, rejected: 0, files: { taken: 1 } })
      expect(
        await rows(
          service.store.rollup,
          `SELECT toString(ts) AS ts, f_age AS age, f_plan AS plan, f_region AS region, score, unknown FROM ${silverTables('churn').predictions} FINAL WHERE id = 'c400'`,
        ),
      ).toEqual([{ ts: '2026-10-01 22:00:00.000', age: 41, plan: 'basic', region: 'eu', score: 0.7, unknown: [] }]) // prettier-ignore
    })

    test('a number that the path says, or that holds for all rows, is one in every format', async () => {
      const source = await newSource({ constants: { score: '0.5' } })
      const rest = { ts: iso(DAY), prediction: 1 }
      source.write('age=41/a.csv', csv([{ id: 'k1', ...rest }]))
      source.write('age=42/b.ndjson', JSON.stringify({ id: 'k2', ...rest }))
      source.write('age=43/c.parquet', await columnarBody(writer, 'Parquet', { id: 'String', ts: 'String', prediction: 'Int64' }, [{ id: 'k3', ...rest }])) // prettier-ignore
      await source.run()
      expect(await rows(service.store.rollup, `SELECT id, f_age AS age, score FROM ${silverTables('churn').predictions} FINAL WHERE startsWith(id, 'k') ORDER BY id`)).toEqual([{ id: 'k1', age: 41, score: 0.5 }, { id: 'k2', age: 42, score: 0.5 }, { id: 'k3', age: 43, score: 0.5 }]) // prettier-ignore
    })

    test('predictions and labels of one Parquet file are both taken, and no label beside a prediction is none', async () => {
      const source = await newSource({ columns: { label: 'churned' } })
      const types = { id: 'String', ts: "DateTime64(3, 'UTC')", age: 'Float64', plan: 'String', score: 'Float64', churned: 'Nullable(UInt8)' } // prettier-ignore
      const records = Array.from({ length: 1000 }, (_, i) => ({ id: `d${i}`, ts: iso(DAY + i * 1000).replace('T', ' ').replace('Z', ''), age: i, plan: 'pro', score: i / 1000, churned: i % 4 === 0 ? i % 8 / 4 : null })) // prettier-ignore
      source.write('both.parquet', await columnarBody(writer, 'Parquet', types, records))
      source.write('both.arrow', await columnarBody(writer, 'Arrow', types, records))
      expect(await source.run()).toMatchObject({
        files: { taken: 2, failed: 0 },
        accepted: 2500,
        rejected: 0,
      })
      expect(await countOf('d')).toBe(1000)
      const [{ n, ones, came }] = await rows<{ n: number; ones: number; came: string }>(
        service.store.rollup,
        `SELECT count() AS n, countIf(label = '1') AS ones, toString(max(labelled_at)) AS came FROM ${silverTables('churn').labels} FINAL WHERE startsWith(id, 'd')`,
      )
      expect([n, ones]).toEqual([250, 125])
      // They came when their files did, an hour before this.
      expect(Date.parse(`${came}Z`)).toBeLessThan(Date.now() - 3_000_000)
    })

    test('rows without a time have that of their file where this is declared', async () => {
      const source = await newSource({ undated: 'modified' })
      source.write('now.csv', csv([{ id: 'c500', age: 1, prediction: 1 }]))
      expect(await source.run()).toMatchObject({ accepted: 1 })
      const [{ ts }] = (await stored("id = 'c500'")) as { ts: string }[]
      expect(Math.abs(Date.parse(`${ts}Z`) - Date.now())).toBeLessThan(2 * 3_600_000)
    })

    test('files that may still be written, temporary ones and others are left, and counted', async () => {
      const source = await newSource({ settle: '2h', match: '**/*.csv' })
      source.write('fresh.csv', csv(scores(600, 1)))
      source.write('_SUCCESS', '')
      source.write('.hidden.csv', 'x')
      source.write('notes.txt', 'x')
      expect(await source.run()).toMatchObject({ listed: 0, settling: 1, left_out: 1, accepted: 0 })
      const check = await service.call('POST', '/sources/check', { name: 'x', model: 'churn', folder: { path: source.folder } }) // prettier-ignore
      expect(check.body).toMatchObject({ listed: 1, problem: null, files: [{ path: 'fresh.csv' }] })
    })

    test('a folder that may not be read is a problem with a way out, and no failure of its files', async () => {
      const outside = await service.call('POST', '/sources/check', { name: 'x', model: 'churn', folder: { path: '/etc' } }) // prettier-ignore
      expect(outside.body.problem).toMatch(/may not read \/etc.*DRIFTGAUGE_SOURCE_FOLDERS/)
      const source = await newSource()
      rmSync(source.folder, { recursive: true })
      expect((await source.run()).problem).toMatch(/there is no such folder/)
      expect((await service.call('DELETE', `/sources/${source.name}`)).status).toBe(204)
    })

    test('a model with a source cannot be removed, and a source needs its model', async () => {
      expect((await service.call('DELETE', '/models/churn')).body.detail).toMatch(/Batch sources have records.*"s1"/) // prettier-ignore
      const lost = await service.call('POST', '/sources', {
        name: 'x',
        model: 'nobody',
        folder: { path: root },
      })
      expect(lost).toMatchObject({ status: 422 })
    })
  })
}

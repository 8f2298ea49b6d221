import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, expect, test } from 'vitest'
import { inferFromFile } from '../../../cli/baseline/infer-from-file.ts'
import { init } from '../../../cli/init/run.ts'
import type { Ask } from '../../../cli/init/ask.ts'
import { withWorkspace } from '../../../cli/shared/workspace.ts'
import { literal } from '../../../store/engine/sql.ts'
import { ConfigError } from '../../../config.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-asked-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const write = (name: string, text: string) => {
  writeFileSync(join(directory, name), text)
  return join(directory, name)
}
const rows = Array.from({ length: 300 }, (_, i) => ({ amount: i % 7, returned: i % 2 ? 'yes' : 'no' }))
const csv = write('shop.csv', ['amount,returned', ...rows.map((row) => Object.values(row).join(','))].join('\n')) // prettier-ignore
/** Has to be read anew, from a copy without what JSON does not have. */
const python = write('python.ndjson', rows.map((row, i) => JSON.stringify(row).replace(/:\d/, i === 250 ? ':NaN' : '$&')).join('\n')) // prettier-ignore

test('the columns of a file are chosen while it is open, so it is opened once', async () => {
  let opened = 0
  const counting = (client: ClickHouseClient): ClickHouseClient =>
    new Proxy(client, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown
        if (typeof value !== 'function') return value
        return (request?: { query?: string }) => {
          if (/\bDESCRIBE\b/.test(request?.query ?? '')) opened++
          return (value as (given: unknown) => unknown).call(target, request)
        }
      },
    })
  const asked: (readonly string[])[] = []
  const columns = (names: readonly string[]) => {
    asked.push(names)
    return Promise.resolve({ label: 'returned' })
  }
  const parquet = join(directory, 'shop.parquet')
  await withWorkspace(
    async ({ store, spool }) => {
      await store.rollup.command({ query: `INSERT INTO FUNCTION file(${literal(parquet)}, Parquet) SELECT number % 7 AS amount, if(number % 2 = 1, 'yes', 'no') AS returned FROM numbers(300)` }) // prettier-ignore
      const counted = { store: { ...store, rollup: counting(store.rollup) }, spool }
      const { model } = await inferFromFile(counted, parquet, 'shop', { columns, guesses: {} })
      expect(model).toMatchObject({ name: 'shop', task: 'binary', positive: 'yes', features: [{ name: 'amount' }] }) // prettier-ignore
    },
    () => {},
  )
  expect(asked).toEqual([['amount', 'returned']])
  expect(opened).toBe(1)
})

test.each([
  ['CSV', csv],
  ['NDJSON with NaN', python],
])('each question about %s is asked once', async (_, file) => {
  const questions: string[] = []
  const ask: Ask = ({ text, otherwise }) => {
    questions.push(text)
    return Promise.resolve(/label/.test(text) ? 'returned' : (otherwise ?? ''))
  }
  const output = `${file}.yaml`
  await init({ DRIFTGAUGE_DATA: directory }, file, { columns: {}, guesses: {}, output, alerts: 'none' }, ask)
  expect(questions.filter((text) => /^Column/.test(text))).toHaveLength(3)
  expect(questions).toEqual([...new Set(questions)])
  expect(readFileSync(output, 'utf8')).toContain('task: binary')
})

test('whoever stops at a question about the columns is told so', async () => {
  const ask: Ask = ({ text, otherwise }) =>
    /^Column/.test(text)
      ? Promise.reject(new ConfigError('Nothing was written.'))
      : Promise.resolve(otherwise!)
  const stopped = init({ DRIFTGAUGE_DATA: directory }, csv, { columns: {}, guesses: {}, output: join(directory, 'none.yaml') }, ask) // prettier-ignore
  await expect(stopped).rejects.toThrow(/Nothing was written\./)
})

/** Tables for the time of some work: gone afterwards, and also where the process was killed. */
import { randomUUID } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { createStaging, dropAbandoned } from '../../store/engine/staging.ts'
import { rows } from '../../store/engine/query.ts'
import { HOUR_MS } from '../../domain/time.ts'
import { temporaryStore } from '../support/stores/store.ts'

const store = await temporaryStore()

async function staged(): Promise<string[]> {
  const found = await rows<{ name: string }>(
    store.read,
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'staging%' ORDER BY name`,
  )
  return found.map(({ name }) => `\`${name}\``)
}

async function marked(seconds: string): Promise<string> {
  const table = `\`staging_${randomUUID()}\``
  await store.rollup.command({
    query: `CREATE TABLE ${table} (x UInt8) ENGINE = MergeTree ORDER BY x COMMENT '${seconds}'`,
  })
  return table
}

const agoSeconds = (hours: number) => String(Math.floor(Date.now() / 1000) - 3600 * hours)

test('holds rows until it is dropped', async () => {
  const empty = await createStaging(store.rollup, { columns: ['x UInt8'], orderBy: 'x' })
  const filled = await createStaging(store.rollup, { select: 'SELECT number AS n FROM numbers(3)' })
  expect(await rows(store.read, `SELECT count() AS n FROM ${filled.table}`)).toEqual([{ n: 3 }])
  expect(await staged()).toEqual([empty.table, filled.table].sort())
  await filled.drop()
  await empty.drop()
  await empty.drop()
  expect(await staged()).toEqual([])
})

test('leaves nothing where the statement that fills it fails', async () => {
  await expect(createStaging(store.rollup, { select: `SELECT throwIf(1, 'no rows')` })).rejects.toThrow(
    'no rows',
  )
  expect(await staged()).toEqual([])
})

test('of a server is dropped a day after the last mark, for whoever uses it marks it', async () => {
  const living = await createStaging(store.rollup, { columns: ['x UInt8'] })
  const recent = await marked(agoSeconds(23))
  await marked(agoSeconds(25))
  await marked('')
  await store.rollup.command({ query: 'CREATE TABLE staging_area (x UInt8) ENGINE = MergeTree ORDER BY x' })
  await dropAbandoned({ rollup: store.rollup, embedded: false })
  expect(await staged()).toEqual([living.table, recent, '`staging_area`'].sort())
  await store.rollup.command({ query: 'DROP TABLE staging_area' })
  await store.rollup.command({ query: `DROP TABLE ${recent}` })
  await living.drop()
})

test('is marked every hour for as long as it is used', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const { table, drop } = await createStaging(store.rollup, { columns: ['x UInt8'] })
  const sweep = () => dropAbandoned({ rollup: store.rollup, embedded: false })
  await store.rollup.command({ query: `ALTER TABLE ${table} MODIFY COMMENT '${agoSeconds(25)}'` })
  vi.advanceTimersByTime(HOUR_MS)
  vi.useRealTimers()
  await vi.waitFor(async () =>
    expect(
      await rows(store.read, `SELECT name FROM system.tables WHERE comment = '${agoSeconds(25)}'`),
    ).toEqual([]),
  )
  await sweep()
  expect(await staged()).toEqual([table])
  await drop()
})

test('of the embedded engine is dropped at once: no other process can be using it', async () => {
  await createStaging(store.rollup, { columns: ['x UInt8'] })
  await dropAbandoned({ rollup: store.rollup, embedded: true })
  expect(await staged()).toEqual([])
})

/** Memory while a large file is sent to a server: neither this process nor the server holds it as a whole. */
import { createWriteStream, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openFile } from '../../../ingest/files/open-file.ts'
import { rows } from '../../../store/engine/query.ts'
import { literal } from '../../../store/engine/sql.ts'
import { describeOnServer } from '../../support/stores/clickhouse-server.ts'
import { temporaryServerStore } from '../../support/stores/store.ts'

const MEGABYTE = 1_000_000
const MAX_OWN_BYTES = 250 * MEGABYTE
const MAX_SERVER_BYTES = 1_500 * MEGABYTE

type ServerStore = Awaited<ReturnType<typeof temporaryServerStore>>

const serverMemory = async (store: ServerStore) => {
  const query = `SELECT toFloat64(value) AS bytes FROM system.metrics WHERE metric = 'MemoryTracking'`
  return (await rows<{ bytes: number }>(store.read, query))[0].bytes
}

/** How much more memory than before was in use at most while `work` ran. */
async function peaks(store: ServerStore, work: () => Promise<void>) {
  const before = { own: process.memoryUsage().rss, server: await serverMemory(store) }
  const peak = { ...before }
  let done = false
  const watching = (async () => {
    while (!done) {
      peak.own = Math.max(peak.own, process.memoryUsage().rss)
      peak.server = Math.max(peak.server, await serverMemory(store))
      await setTimeout(50)
    }
  })()
  await work().finally(() => (done = true))
  await watching
  return { own: peak.own - before.own, server: peak.server - before.server }
}

describeOnServer('a large file', () => {
  async function expectBounded(store: ServerStore, path: string, count: number, least: number) {
    expect(statSync(path).size).toBeGreaterThan(least)
    const { own, server } = await peaks(store, async () => {
      const file = await openFile(store, path, join(store.directory, 'spool'))
      expect(await rows(store.read, `SELECT count() AS n, toUInt64(max(${file.position})) AS last FROM ${file.read}`)).toEqual([{ n: count, last: count - 1 }]) // prettier-ignore
      await file.close()
    })
    expect(own).toBeLessThan(MAX_OWN_BYTES)
    expect(server).toBeLessThan(MAX_SERVER_BYTES)
  }

  test('of text, narrow and wide', async () => {
    const store = await temporaryServerStore()
    function* narrow() {
      yield 'amount,shop,label\n'
      for (let i = 0; i < 16_000; i++)
        yield Array.from({ length: 1000 }, (_, k) => `${(i * k) / 7},shop ${k % 50},${k % 2}\n`).join('')
    }
    const path = join(store.directory, 'narrow.csv')
    await pipeline(Readable.from(narrow()), createWriteStream(path))
    await expectBounded(store, path, 16_000_000, 400 * MEGABYTE)
    function* wide() {
      yield `${Array.from({ length: 2000 }, (_, k) => `c${k}`).join(',')}\n`
      for (let i = 0; i < 25_000; i++)
        yield `${Array.from({ length: 2000 }, (_, k) => (i * k) % 9973).join(',')}\n`
    }
    const widePath = join(store.directory, 'wide.csv')
    await pipeline(Readable.from(wide()), createWriteStream(widePath))
    await expectBounded(store, widePath, 25_000, 200 * MEGABYTE)
  }, 600_000)

  test('of Parquet with row groups', async () => {
    const store = await temporaryServerStore()
    const path = join(store.directory, 'large.parquet')
    await store.rollup.command({
      query: `INSERT INTO FUNCTION file(${literal(path)}, Parquet) SELECT number AS n, rand64(1) AS a, rand64(2) AS b, rand64(3) AS c, hex(rand64(4)) AS text
        FROM numbers(8000000) SETTINGS output_format_parquet_row_group_size = 500000`,
    })
    await expectBounded(store, path, 8_000_000, 300 * MEGABYTE)
  }, 600_000)
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { modelDocuments } from '../../../control/declared/model.ts'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { openStore } from '../../../store/engine/client.ts'
import { rows } from '../../../store/engine/query.ts'
import { newestGeneration } from '../../../store/profiles/profiles.ts'
import { mustRun, readManifest } from '../../support/backup/run.ts'
import { runService } from '../../support/child.ts'
import { ask } from '../../support/ask.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-backup-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const data = join(directory, 'original')

const START = Date.UTC(2026, 0, 1)
const DAY = 86_400_000
const WRITERS = 3
const BATCH = 40
const BACKUPS = 2

test(
  'backups beside writers and counting: each is a state that could have been',
  { timeout: 120_000 },
  async () => {
    const service = runService({ DRIFTGAUGE_DATA: data, LOG_LEVEL: 'warn' })
    const url = await service.url
    const call = (path: string, body: unknown) =>
      ask(`${url}/api/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const must = async (path: string, body: unknown) => {
      const { status, body: answer } = await call(path, body)
      if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`)
    }
    await must('/models', { name: 'shop', task: 'binary', features: { x: 'numeric' } })

    const acknowledged = new Set<string>()
    let sent = 0
    const send = async (day?: number) => {
      const events = Array.from({ length: BATCH }, () => ({
        id: `p${++sent}`,
        ts: START + (day ?? Math.floor(Math.random() * 5)) * DAY + Math.floor(Math.random() * DAY),
        prediction: sent % 3 === 0,
        features: { x: Math.random() },
      }))
      await must('/models/shop/predictions', events)
      for (const { id } of events) acknowledged.add(id)
    }
    for (let i = 0; i < 10; i++) await send(0)
    await must('/models/shop/baselines', {
      name: 'first day',
      window: { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' },
    })
    await must('/channels', {
      name: 'hook',
      webhook: { url: 'http://127.0.0.1:9/', secret: 'of twenty-four bytes and more' },
    })
    await must('/monitors', { name: 'daily', model: 'shop', alert: { channels: ['hook'] } })

    let isOver = false
    const until = async (work: () => Promise<void>) => {
      while (!isOver) await work()
    }
    const working = Promise.all([
      ...Array.from({ length: WRITERS }, () =>
        until(async () => {
          await send()
          await delay(20)
        }),
      ),
      // Counts what came, and evaluates it.
      until(() => must('/monitors/daily/run', { asOf: new Date(START + 4 * DAY).toISOString() })),
      until(async () => {
        const name = `other${sent}`
        await must('/models', { name, task: 'binary', features: {} })
        const removed = await ask(`${url}/api/v1/models/${name}`, { method: 'DELETE' })
        expect(removed.status).toBeLessThan(300)
        await delay(300)
      }),
    ])
    const before: Set<string>[] = []
    for (let i = 0; i < BACKUPS; i++) {
      before.push(new Set(acknowledged))
      await mustRun({ DRIFTGAUGE_DATA: data }, 'backup', join(directory, `backup${i}`))
    }
    isOver = true
    await working
    service.process.kill('SIGTERM')
    expect((await service.ended).code).toBe(0)
    expect(before[1].size).toBeGreaterThan(before[0].size)

    for (const [i, ids] of before.entries()) {
      const copy = join(directory, `copy${i}`)
      await mustRun({ DRIFTGAUGE_DATA: copy }, 'restore', join(directory, `backup${i}`))
      const outcome = await check(copy, ids)
      expect(outcome).toMatchObject({ missing: 0, unfinished: 0, unknownEvents: 0, events: outcome.stored })
      expect(outcome.before).toBeLessThanOrEqual(outcome.stored)
      const stored = readManifest(join(directory, `backup${i}`)).tables.find(
        ({ name }) => name === 'predictions_shop',
      )
      expect(outcome.stored).toBe(stored!.rows)
    }
    const last = runService({ DRIFTGAUGE_DATA: join(directory, 'copy0') })
    expect((await ask(`${await last.url}/readyz`)).status).toBe(200)
    last.process.kill('SIGTERM')
    expect((await last.ended).code).toBe(0)
  },
)

/** What a restored installation holds, before and after it has counted what was left to count. */
async function check(copy: string, acknowledged: ReadonlySet<string>) {
  const store = await openStore({ path: join(copy, 'clickhouse') }, { path: join(copy, 'control.db') })
  try {
    const counted = `SELECT sum(arraySum(counts)) AS n FROM profiles
      WHERE role = 'feature' AND column = 'x' AND segment = '' AND version = ''
        AND (model, binning, part, hour, generation) IN (
          SELECT model, binning, part, hour, generation FROM hours FINAL WHERE part = 'predictions')`
    const number = async (query: string) => Number((await rows<{ n: number }>(store.read, query))[0].n)
    const before = await number(counted)
    const ids = new Set(
      (await rows<{ id: string }>(store.read, 'SELECT id FROM predictions_shop')).map(({ id }) => id),
    )
    const model = (await modelDocuments.find(store.control, 'shop'))!
    await rollup({
      store,
      model,
      now: new Date(),
      nextGeneration: generationClock(await newestGeneration(store)),
    })
    const events = await store.control.selectFrom('alert_events').select(['details', 'window_end']).execute()
    const results = new Set(
      (await rows<{ id: string }>(store.read, 'SELECT id FROM results')).map(({ id }) => id),
    )
    const referred = events.flatMap(({ details }) =>
      [...details.matchAll(/"resultId":"([0-9a-f]{32})"/g)].map(([, id]) => id),
    )
    return {
      before,
      stored: ids.size,
      missing: [...acknowledged].filter((id) => !ids.has(id)).length,
      unfinished: await number(
        `SELECT count() AS n FROM evaluations FINAL
         WHERE status = 'evaluated' AND window_end NOT IN (SELECT window_end FROM results)`,
      ),
      unknownEvents: referred.filter((id) => !results.has(id)).length,
      events: await number(counted),
    }
  } finally {
    await store.close()
  }
}

/** Whatever is written between two tables that a backup fixes, it is a state that counting can go on from. */
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { modelSchema } from '../../../control/declared/model.ts'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { cloneName, dropClones } from '../../../store/backup/clones.ts'
import { contentOf } from '../../../store/backup/content.ts'
import { takeSnapshot } from '../../../store/backup/snapshot.ts'
import { DIRTY_HOURS, SHARED_TABLES } from '../../../store/backup/tables.ts'
import type { Store } from '../../../store/engine/client.ts'
import { rows } from '../../../store/engine/query.ts'
import { dropSilver } from '../../../store/events/silver.ts'
import { openModels, undeclareModel } from '../../../store/models.ts'
import { sweepProfiles } from '../../../store/profiles/profiles.ts'
import { byDay } from '../../support/runner/by-day.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const HOURS = 3
const model = modelSchema.parse({ name: 'shop', task: 'binary', features: { x: 'numeric' } })

let store: Store
let spool: string
let wallClock = Date.UTC(2026, 5, 1)
const now = () => new Date((wallClock += 1000))
const nextGeneration = generationClock()
const count = () => rollup({ store, model, now: now(), nextGeneration })

let sent = 0
async function send(): Promise<void> {
  const context = { store, writer: createWriter(store), model, source: 'test', now: now() }
  const records = Array.from({ length: HOURS }, (_, hour) => ({
    value: { id: `p${++sent}`, ts: START + hour * HOUR + sent, features: { x: sent % 7 }, prediction: true },
  }))
  expect((await storePredictions(context, records)).rejected).toEqual([])
}

beforeAll(async () => {
  const temporary = await temporaryStore()
  store = temporary
  spool = join(temporary.directory, 'spool')
  await openModels(store).declare(model, now())
  for (let i = 0; i < 10; i++) await send()
  const window = { from: new Date(START).toISOString(), to: new Date(START + HOURS * HOUR).toISOString() }
  const made = await baselineFromWindow(store, {
    model,
    name: 'all',
    source: { window },
    now: now(),
  })
  expect(made).toMatchObject({ status: 'created' })
  await activate(store, model.name, 1, now())
  await count()
})

const OTHER = 'other'

/** What may happen between two tables. */
const BETWEEN: Record<string, () => Promise<unknown>> = {
  'events come': send,
  'events come and are counted': async () => {
    await send()
    await count()
  },
  'events are counted, and what was replaced is swept': async () => {
    await send()
    await count()
    await sweepProfiles(store, model.name, 0)
    await store.rollup.command({
      query: `DELETE FROM dirty_hours WHERE batch IN (SELECT batch FROM dirty_hours WHERE state = 2)`,
    })
  },
  'another model comes': () =>
    openModels(store).declare(modelSchema.parse({ ...model, name: OTHER, features: {} }), now()),
}

/** The store, in which something happens before the n-th table is fixed. */
function interrupted(n: number, happens: () => Promise<unknown>): Store {
  let fixed = 0
  const read = Object.create(store.read) as Store['read']
  read.command = async (params) => {
    if (params.query.includes('CLONE AS') && fixed++ === n) await happens()
    return store.read.command(params)
  }
  return { ...store, read }
}

/** Of each hour the rows and the counts that are fixed, and whether it would be counted again. */
async function hoursOf(): Promise<{ hour: number; stored: number; counted: number; dirty: number }[]> {
  const marks = await contentOf(
    store,
    SHARED_TABLES.find(({ name }) => name === DIRTY_HOURS)!,
    1,
  )
  return rows(
    store.read,
    `SELECT toUnixTimestamp(s.hour) AS hour, s.n AS stored, c.n AS counted, d.n AS dirty
     FROM (SELECT toStartOfHour(ts) AS hour, count() AS n FROM ${cloneName('predictions_shop')} FINAL GROUP BY hour) AS s
     LEFT JOIN (SELECT hour, sum(arraySum(counts)) AS n FROM ${cloneName('profiles')}
       WHERE column = 'x' AND segment = '' AND version = '' AND (binning, part, hour, generation) IN (
         SELECT binning, part, hour, generation FROM ${cloneName('hours')} FINAL)
       GROUP BY hour) AS c ON c.hour = s.hour
     LEFT JOIN (SELECT hour, countIf(state < 2) AS n FROM (${marks.parts[0]?.query ?? `SELECT * FROM ${cloneName(DIRTY_HOURS)}`})
       WHERE model = 'shop' AND part = 'predictions' GROUP BY hour) AS d ON d.hour = s.hour`,
  )
}

for (const [name, happens] of Object.entries(BETWEEN))
  test(name, async () => {
    for (let n = 0; n < SHARED_TABLES.length + 4; n += byDay(3, 1)) {
      const { control, modelTables } = await takeSnapshot(interrupted(n, happens), spool)
      await control.close()
      expect(modelTables.map((table) => table.name)).toContain('predictions_shop')
      const hours = await hoursOf()
      expect(hours).toHaveLength(HOURS)
      for (const { hour, stored, counted, dirty } of hours) {
        const told = `before table ${n}, hour ${hour}: ${counted} of ${stored}, ${dirty} to count`
        expect(counted, told).toBeLessThanOrEqual(stored)
        expect(counted === stored || dirty > 0, told).toBe(true)
        expect(counted, told).toBeGreaterThan(0)
      }
      await dropClones(store)
      await count()
      // Or its tables would be in every snapshot from here on.
      await undeclareModel(store.control, OTHER)
      await dropSilver(store, OTHER)
    }
  })

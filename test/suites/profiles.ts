import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { generationClock, rollup } from '../../detectors/rollup/rollup.ts'
import { activate, baselineFromWindow } from '../../ingest/baseline/baseline.ts'
import { storeLabels, storePredictions } from '../../ingest/intake/pipeline.ts'
import { createWriter } from '../../ingest/intake/writer.ts'
import type { ColumnBinning } from '../../store/profiles/binning.ts'
import { activeBaseline } from '../../control/declared/baselines.ts'
import { baselineColumns, type BaselineColumn } from '../../store/profiles/baselines.ts'
import {
  dirtyHours,
  markDirty,
  announceDirty,
  confirmDirty,
  ABANDONED_AFTER_MS,
} from '../../store/events/dirty-hours.ts'
import { countPendingLabels } from '../../store/events/labels.ts'
import { modelSchema, type Model } from '../../control/declared/model.ts'
import { reusedIds } from '../../store/events/quality.ts'
import { readProfiles, sweepProfiles, writeProfiles } from '../../store/profiles/profiles.ts'
import { silverTables, syncSilver } from '../../store/events/silver.ts'
import type { Store } from '../../store/engine/client.ts'
import { readVolume } from '../../store/views/volume.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const model: Model = modelSchema.parse({
  name: 'shop',
  task: 'binary',
  positive: 'yes',
  features: { amount: 'numeric', 'café 😀 `q`': 'categorical' },
})
const SHOP = 'café 😀 `q`'

interface Row {
  id: string
  ts: number
  amount: number | null
  shop: string | null
  prediction: string
  score: number
  label?: string
}

let store: Store
/** What a careful person would have counted: the newest row of each hour and id. */
const ledger = new Map<string, Row>()
let wallClock = Date.UTC(2026, 5, 1)
const now = () => new Date((wallClock += 1000))
const nextGeneration = generationClock()
const key = (row: Row) => `${Math.floor(row.ts / HOUR)} ${row.id}`

async function send(rows: Row[]): Promise<void> {
  const records = rows.map((row) => ({
    value: {
      id: row.id,
      ts: row.ts,
      features: { amount: row.amount, [SHOP]: row.shop },
      prediction: row.prediction,
      score: row.score,
    },
  }))
  const result = await storePredictions(
    { store, writer: createWriter(store), model, source: 'test', now: now() },
    records,
  )
  expect(result.rejected).toEqual([])
  for (const row of rows) ledger.set(key(row), { ...row, label: ledger.get(key(row))?.label })
}

function slotOf(binning: ColumnBinning, value: number | string | null): number {
  if (value === null) return 0
  if (binning.kind === 'numeric') return binning.edges.filter((edge) => edge <= (value as number)).length
  const found = binning.categories.indexOf(value as string)
  return found < 0 ? binning.categories.length + 1 : found + 1
}

function valueOf({ role, name }: BaselineColumn, row: Row): number | string | null {
  // An empty text is no value.
  if (role === 'feature') return name === 'amount' ? row.amount : row.shop || null
  if (role === 'prediction') return row.prediction
  return role === 'score' ? row.score : row.label!
}

/** Sums agree to 1e-12 of the sum of absolute values, whatever the order of adding. */
function expectSum(found: number, terms: number[]): void {
  const sum = terms.reduce((total, term) => total + term, 0)
  const scale = terms.reduce((total, term) => total + Math.abs(term), 0)
  expect(Math.abs(found - sum)).toBeLessThanOrEqual(1e-12 * scale)
}

async function expectProfilesEqualLedger(): Promise<void> {
  await rollup({ store, model, now: now(), nextGeneration })
  const baseline = (await activeBaseline(store.control, model.name))!
  const columns = await baselineColumns(store, model, baseline)
  expect(columns.map(({ name }) => name)).toEqual(['amount', SHOP, 'prediction', 'score', 'label'])
  for (let hour = START; hour < START + 8 * HOUR; hour += HOUR) {
    const stored = await readProfiles(
      store,
      model.name,
      baseline.binning,
      new Date(hour),
      new Date(hour + HOUR),
    )
    for (const column of columns) {
      const counts = new Array<number>(
        stored.find(({ column: name }) => name === column.name)?.counts.length ?? 0,
      ).fill(0)
      const rows = [...ledger.values()].filter((row) => Math.floor(row.ts / HOUR) * HOUR === hour)
      const counted = column.role === 'label' ? rows.filter(({ label }) => label !== undefined) : rows
      for (const row of counted) counts[slotOf(column.binning, valueOf(column, row))]++
      const found = stored.find(({ role, column: name }) => role === column.role && name === column.name)
      expect(found?.counts ?? [], `${column.name} at ${new Date(hour).toISOString()}`).toEqual(counts)
      if (counted.length > 0) expect(found).toBeDefined()
      if (column.kind === 'numeric' && found !== undefined && column.binning.kind === 'numeric') {
        const { centre } = column.binning
        const values = counted
          .map((row) => valueOf(column, row) as number | null)
          .filter((value) => value !== null)
        const deviations = values.map((value) => value - centre)
        expectSum(
          found.sums.reduce((total, value) => total + value, 0),
          deviations,
        )
        expectSum(
          found.squares,
          deviations.map((deviation) => deviation ** 2),
        )
      }
    }
  }
}

function randomRows(n: number): Row[] {
  return Array.from({ length: n }, (_, i) => ({
    id: `r${i}`,
    ts: START + ((i * 7919) % (6 * HOUR)),
    amount: i % 11 === 0 ? null : ((i * 31) % 400) / 4,
    shop: i % 13 === 0 ? null : ['a', 'b', 'ü', '', '😀', "o'hara\\"][i % 6],
    prediction: i % 3 === 0 ? 'yes' : 'no',
    score: (i % 100) / 100,
  }))
}

/** The tests of intake and roll-up on a store that `open` gives. */
export function profileSuite(open: () => Promise<Store>): void {
  beforeAll(async () => {
    store = await open()
    // Another file of the same process may have run this suite.
    ledger.clear()
    await syncSilver(store, model)
    await send(randomRows(3000))
    const labels = [...ledger.values()].filter((_, i) => i % 2 === 0)
    for (const row of labels) row.label = row.prediction
    const context = { store, writer: createWriter(store), model, source: 'test', now: now() }
    await storeLabels(
      context,
      labels.map(({ id, ts, label }) => ({ value: { id, label, prediction_ts: ts } })),
    )
    const window = { from: new Date(START).toISOString(), to: new Date(START + 6 * HOUR).toISOString() }
    const outcome = await baselineFromWindow(store, { model, name: 'first', source: { window }, now: now() })
    expect(outcome.status).toBe('created')
    await activate(store, model.name, 1, now())
  })

  test('after the first roll-up, and again after one that has nothing to do', async () => {
    await expectProfilesEqualLedger()
    expect(await rollup({ store, model, now: now(), nextGeneration })).toBe(0)
    await expectProfilesEqualLedger()
  })

  test('after a batch is delivered again, twice', async () => {
    await send(randomRows(3000).slice(500, 1500))
    await send(randomRows(3000).slice(500, 1500))
    await expectProfilesEqualLedger()
  })

  test('after corrections within the hour', async () => {
    const corrected = randomRows(3000).slice(0, 300)
    await send(corrected.map((row) => ({ ...row, amount: 1e6, shop: 'never seen', prediction: 'yes' })))
    await expectProfilesEqualLedger()
  })

  test('after an id comes again in another hour: it counts twice, and is found as reused', async () => {
    const range = [new Date(START), new Date(START + 8 * HOUR)] as const
    expect(await reusedIds(store, model.name, ...range)).toBe(0)
    await send(
      randomRows(3000)
        .slice(0, 40)
        .map((row) => ({ ...row, ts: START + 7 * HOUR })),
    )
    await expectProfilesEqualLedger()
    expect(await reusedIds(store, model.name, ...range)).toBe(40)
  })

  test('after rows are deleted by hand and their hour is marked dirty, down to an empty hour', async () => {
    const { predictions } = silverTables(model.name, store.shards.local)
    const erase = (condition: string) =>
      store.shards.each((client) =>
        client.command({ query: `DELETE FROM ${predictions} WHERE ${condition}` }),
      )
    await erase(`toStartOfHour(ts) = toDateTime(${START / 1000 + 7 * 3600})`)
    for (const [id, row] of ledger) if (row.ts >= START + 7 * HOUR) ledger.delete(id)
    await erase("id IN ('r1', 'r2', 'r3', 'r7')")
    for (const [id, row] of ledger) if (['r1', 'r2', 'r3', 'r7'].includes(row.id)) ledger.delete(id)
    const hours = Array.from({ length: 8 }, (_, i) => new Date(START + i * HOUR))
    await markDirty(store, model.name, ['predictions', 'labels'], hours, now())
    await expectProfilesEqualLedger()
  })

  test('after labels come late, are corrected, and came before their prediction', async () => {
    const rows = [...ledger.values()]
    const late = rows.filter((_, i) => i % 2 === 1).slice(0, 200)
    for (const row of late) row.label = 'no'
    const early = { ...randomRows(1)[0], id: 'early', ts: START + HOUR }
    const give = (given: { id: string; label?: string }[]) =>
      storeLabels(
        { store, writer: createWriter(store), model, source: 'test', now: now() },
        given.map(({ id, label }) => ({ value: { id, label } })),
      )
    await give([...late, { id: 'early', label: 'yes' }, { id: 'orphan', label: 'yes' }])
    expect(await countPendingLabels(store, model.name)).toBe(202)
    await expectProfilesEqualLedger()
    expect(await countPendingLabels(store, model.name)).toBe(2)
    await send([early])
    ledger.get(key(early))!.label = 'yes'
    await expectProfilesEqualLedger()
    expect(await countPendingLabels(store, model.name)).toBe(1)
    late[0].label = 'yes'
    await give([late[0]])
    await expectProfilesEqualLedger()
  })

  test('labels that name an hour without their prediction are counted, until the prediction comes', async () => {
    const hour = START + 30 * HOUR
    const context = { store, writer: createWriter(store), model, source: 'test', now: now() }
    const unmatched = async () => {
      await expectProfilesEqualLedger()
      const period = { from: new Date(hour), to: new Date(hour + HOUR), stepMs: HOUR }
      const { unmatchedLabels, misplacedLabels } = await readVolume(store, model.name, period)
      return [unmatchedLabels, misplacedLabels]
    }
    const ids = ['r10', 'r11', 'r12', 'r14', 'not yet 1', 'not yet 2', 'not yet 3', 'not yet 4']
    await storeLabels(
      context,
      ids.map((id) => ({ value: { id, label: 'yes', prediction_ts: hour } })),
    )
    expect(await unmatched()).toEqual([8, 4])
    await send(randomRows(4).map((row, i) => ({ ...row, id: `not yet ${i + 1}`, ts: hour + i })))
    expect(await unmatched()).toEqual([4, 4])
  })

  test('after a roll-up that died before it published, and after a sweep of what it left', async () => {
    const baseline = (await activeBaseline(store.control, model.name))!
    const columns = (await baselineColumns(store, model, baseline)).filter(({ role }) => role !== 'label')
    const hours = [new Date(START)]
    const orphan = {
      model: model.name,
      binning: baseline.binning,
      stream: 'predictions',
      columns,
      segments: [],
      hours,
    } as const
    await writeProfiles(store, { ...orphan, generation: nextGeneration() })
    await expectProfilesEqualLedger()
    await sweepProfiles(store, model.name, 0)
    await expectProfilesEqualLedger()
  })

  test('a write that was announced and never confirmed makes its hours dirty after a while', async () => {
    const at = now()
    await announceDirty(
      store,
      model.name,
      [{ stream: 'predictions', hour: new Date(START), batch: randomUUID() }],
      at,
    )
    expect(await dirtyHours(store, model.name, at)).toEqual([])
    const later = new Date(at.getTime() + ABANDONED_AFTER_MS + 1)
    expect((await dirtyHours(store, model.name, later)).map(({ hour }) => hour.getTime())).toEqual([START])
    await rollup({ store, model, now: later, nextGeneration })
    expect(await dirtyHours(store, model.name, later)).toEqual([])
  })

  test('a write that was only slow, and taken for abandoned, is counted once it is confirmed', async () => {
    const slow = [{ stream: 'predictions', hour: new Date(START), batch: randomUUID() }] as const
    await announceDirty(store, model.name, slow, now())
    const later = new Date(now().getTime() + ABANDONED_AFTER_MS + 1)
    await rollup({ store, model, now: later, nextGeneration })
    expect(await dirtyHours(store, model.name, later)).toEqual([])
    await confirmDirty(store, model.name, slow, later)
    expect((await dirtyHours(store, model.name, later)).map(({ hour }) => hour.getTime())).toEqual([START])
    await rollup({ store, model, now: later, nextGeneration })
    expect(await dirtyHours(store, model.name, later)).toEqual([])
  })

  test('labels that find their predictions in two roll-ups of one instant are counted by both', async () => {
    const row = { id: 'instant', ts: START, amount: 1, shop: 'a', prediction: 'yes', score: 0.5 }
    await send([row])
    const at = now()
    const context = { store, writer: createWriter(store), model, source: 'test', now: at }
    for (const [seconds, label] of ['no', 'yes'].entries()) {
      const labelled_at = new Date(at.getTime() + seconds * 1000).toISOString()
      await storeLabels(context, [{ value: { id: row.id, label, labelled_at } }])
      await rollup({ store, model, now: at, nextGeneration })
      ledger.set(key(row), { ...row, label })
      await expectProfilesEqualLedger()
    }
  })
}

/** The sums over labelled rows against a ledger kept in Node, through corrections, late labels and redeliveries. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { generationClock, rollup } from '../../detectors/rollup/rollup.ts'
import { activate, baselineFromWindow } from '../../ingest/baseline/baseline.ts'
import { baselineFromFile, stageBaseline } from '../../ingest/baseline/file-baseline.ts'
import { storeLabels, storePredictions } from '../../ingest/intake/pipeline.ts'
import { createWriter } from '../../ingest/intake/writer.ts'
import type { ColumnBinning } from '../../store/profiles/binning.ts'
import { activeBaseline, type Baseline } from '../../control/declared/baselines.ts'
import { baselineColumns, type BaselineColumn } from '../../store/profiles/baselines.ts'
import { DELAY_SLOTS, longestDelay } from '../../store/labelled/label-delay.ts'
import { labelPlaces, labelScale, type LabelScale } from '../../store/labelled/label-scale.ts'
import {
  labelledOf,
  readBaselineLabelled,
  readBaselineLabelledSegments,
  readLabelledProfiles,
  readLabelledSliced,
  type LabelledColumn,
} from '../../store/labelled/labelled-profiles.ts'
import { binLossesOf, binLossRole, hasBinLosses } from '../../store/labelled/bin-losses.ts'
import { lossBin } from '../../store/labelled/loss-bins.ts'
import { lossSumsOf, type LossSums } from '../../store/labelled/loss-sums.ts'
import { modelSchema, type Model } from '../../control/declared/model.ts'
import { readProfiles, sweepProfiles, type HoursQuery } from '../../store/profiles/profiles.ts'
import { WHOLE_MODEL } from '../../store/profiles/slicing.ts'
import { silverTables, syncSilver } from '../../store/events/silver.ts'
import { markDirty } from '../../store/events/dirty-hours.ts'
import { seeded } from '../support/samples/columns.ts'
import { temporaryStore } from '../support/stores/store.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const HOURS = 6
const nextGeneration = generationClock()
let wallClock = Date.UTC(2036, 0, 1)
const now = () => new Date((wallClock += 1000))

interface Row {
  id: string
  ts: number
  version: string
  shadow: boolean
  x: number | null
  c: string | null
  prediction: string | number | null
  score: number | null
  scores: Record<string, number>
  label?: string | number | null
  labelledAt?: number
}

const MODELS: Record<string, Model> = {
  binary: modelSchema.parse({
    name: 'b',
    task: 'binary',
    positive: 'yes',
    features: { x: 'numeric', c: 'categorical' },
  }),
  multiclass: modelSchema.parse({
    name: 'm',
    task: 'multiclass',
    features: { x: 'numeric', c: 'categorical' },
  }),
  regression: modelSchema.parse({
    name: 'r',
    task: 'regression',
    features: { x: 'numeric', c: 'categorical' },
  }),
}
const CLASSES = ["o'hara\\", 'ü', '2', 'never scored']

function randomRow(task: string, i: number, random: () => number): Row {
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]
  const some = <T>(value: T) => (random() < 0.05 ? null : value)
  const shares = [random(), random(), random()].slice(0, 1 + (i % 3))
  const whole = shares.reduce((sum, share) => sum + share, 0)
  const outcome = {
    binary: () => pick(['yes', 'no']),
    multiclass: () => pick(CLASSES),
    regression: () => 10 * random(),
  }[task]!
  return {
    id: `r${i}`,
    ts: START + Math.floor(random() * HOURS * HOUR),
    version: pick(['1', '2', '3']),
    shadow: random() < 0.2,
    x: some(Math.floor(random() * 400) / 4),
    c: some(pick(['a', 'b', 'c', '😀'])),
    prediction: some(outcome()),
    score: task === 'binary' ? some(pick([0, 1, random()])) : null,
    scores:
      task === 'multiclass' && random() < 0.9
        ? Object.fromEntries(shares.map((s, k) => [CLASSES[k], s / whole]))
        : {},
    label: outcome(),
  }
}

let store: Awaited<ReturnType<typeof temporaryStore>>

class Ledger {
  readonly rows = new Map<string, Row>()
  readonly task: string
  readonly model: Model
  constructor(task: string) {
    this.task = task
    this.model = MODELS[task]
  }
  #context = () => ({ store, writer: createWriter(store), model: this.model, source: 'test', now: now() })
  #request = ({ id, ts }: Pick<Row, 'id' | 'ts'>) => `${Math.floor(ts / HOUR)} ${id}`
  #key = (row: Row) => `${this.#request(row)} ${row.version}`
  #sameRequest = (row: Row) =>
    [...this.rows.values()].filter((one) => this.#request(one) === this.#request(row))

  async send(rows: Row[]): Promise<void> {
    const records = rows.map(({ id, ts, version, shadow, x, c, prediction, score, scores }) => ({
      value: { id, ts, version, shadow, features: { x, c }, prediction, score, scores },
    }))
    expect((await storePredictions(this.#context(), records)).rejected).toEqual([])
    for (const row of rows) {
      const { label, labelledAt } = this.#sameRequest(row)[0] ?? {}
      this.rows.set(this.#key(row), { ...row, label, labelledAt })
    }
  }

  async label(rows: Row[], delay: (i: number) => number): Promise<void> {
    const labels = rows.map(({ id, ts, label }, i) => ({
      id,
      label,
      prediction_ts: ts,
      labelled_at: ts + delay(i),
    }))
    expect(
      (
        await storeLabels(
          this.#context(),
          labels.map((value) => ({ value })),
        )
      ).rejected,
    ).toEqual([])
    for (const [i, row] of rows.entries()) {
      const at = row.ts + delay(i)
      for (const stored of this.#sameRequest(row))
        if (!((stored.labelledAt ?? -Infinity) > at))
          Object.assign(stored, { label: row.label, labelledAt: at })
    }
  }

  /** Rows of the whole model, without shadow traffic. */
  served = () => [...this.rows.values()].filter(({ shadow }) => !shadow)

  labelled(from: number, to: number, version?: string): Row[] {
    const rows =
      version === undefined ? this.served() : [...this.rows.values()].filter((row) => row.version === version)
    return rows.filter(({ label, ts }) => label != null && ts >= from && ts < to)
  }
}

function slotOf(binning: ColumnBinning, value: string | number | null): number {
  if (value === null) return 0
  if (binning.kind === 'numeric') return binning.edges.filter((edge) => edge <= (value as number)).length
  const found = binning.categories.indexOf(String(value))
  return found < 0 ? binning.categories.length + 1 : found + 1
}

function valueOf({ role, name, binning }: BaselineColumn, row: Row): string | number | null {
  if (role === 'feature') return row[name as 'x' | 'c']
  if (role === 'prediction') return row.prediction
  if (role === 'score')
    return name === 'score' ? row.score : (row.scores[name.slice('scores.'.length)] ?? null)
  const classes = (binning.kind === 'numeric' && binning.classes) || []
  const k = classes.indexOf(String(row.prediction))
  const own = row.scores[String(row.prediction)]
  return k < 0 || own === undefined ? null : 2 * k + own
}

/** What a careful person would have summed up. */
function expected(column: BaselineColumn, scale: LabelScale, rows: Row[]) {
  const slots =
    column.binning.kind === 'numeric' ? column.binning.edges.length + 1 : column.binning.categories.length + 2
  const places = labelPlaces(scale)
  const counts = new Array<number>(slots * places).fill(0)
  const sums = scale.kind === 'number' ? new Array<number>(slots).fill(0) : []
  const squares = [...sums]
  for (const row of rows) {
    const slot = slotOf(column.binning, valueOf(column, row))
    if (scale.kind === 'number') {
      const distance = (row.label as number) - scale.centre
      counts[slot]++
      sums[slot] += distance
      squares[slot] += distance ** 2
    } else {
      const place = scale.classes.indexOf(String(row.label))
      counts[slot * places + (place < 0 ? places - 1 : place)]++
    }
  }
  return { counts, sums, squares }
}

const clip = (p: number) => Math.min(Math.max(p, 1e-15), 1 - 1e-15)

function lossesOf(task: string, rows: Row[]): LossSums {
  const losses = rows.flatMap(({ score, scores, prediction, label }) => {
    if (task === 'regression')
      return prediction === null
        ? []
        : [
            {
              loss: ((prediction as number) - (label as number)) ** 2,
              brier: 0,
              absolute: Math.abs((prediction as number) - (label as number)),
            },
          ]
    if (task === 'binary') {
      if (score === null) return []
      const hit = label === 'yes' ? 1 : 0
      return [{ loss: -Math.log(clip(hit ? score : 1 - score)), brier: (score - hit) ** 2, absolute: 0 }]
    }
    if (Object.keys(scores).length === 0) return []
    const own = scores[String(label)] ?? 0
    const others = Object.entries(scores).filter(([category]) => category !== label)
    return [
      {
        loss: -Math.log(clip(own)),
        brier: (1 - own) ** 2 + others.reduce((sum, [, s]) => sum + s * s, 0),
        absolute: 0,
      },
    ]
  })
  const sum = (of: (one: (typeof losses)[number]) => number) =>
    losses.reduce((total, one) => total + of(one), 0)
  const judged = task === 'regression' ? [] : rows.filter(({ prediction }) => prediction !== null)
  return {
    rows: rows.length,
    scored: losses.length,
    judged: judged.length,
    hits: judged.filter(({ prediction, label }) => prediction === label).length,
    loss: sum(({ loss }) => loss),
    lossSquares: sum(({ loss }) => loss ** 2),
    brier: sum(({ brier }) => brier),
    brierSquares: sum(({ brier }) => brier ** 2),
    absolute: sum(({ absolute }) => absolute),
  }
}

function expectNear(found: readonly number[], wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length)
  found.forEach((value, i) =>
    expect(Math.abs(value - wanted[i])).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(wanted[i]))),
  )
}

function expectEqual(
  task: string,
  found: LabelledColumn[],
  columns: BaselineColumn[],
  scale: LabelScale,
  rows: Row[],
) {
  for (const column of columns.filter(({ role }) => role !== 'label')) {
    const profile = labelledOf(found, column.role, column.name)
    if (rows.length === 0) {
      expect(profile).toBeUndefined()
      continue
    }
    const wanted = expected(column, scale, rows)
    expect(profile!.counts, column.name).toEqual(wanted.counts)
    expectNear(profile!.sums, wanted.sums)
    expectNear(profile!.squares, wanted.squares)
  }
  for (const column of columns.filter(hasBinLosses)) {
    const stored = labelledOf(found, binLossRole(column.role), column.name)
    expect(stored === undefined, column.name).toBe(rows.length === 0)
    const losses = binLossesOf(stored, column.binning, scale.kind)
    for (const [bin, sums] of losses.entries()) {
      const own = rows.filter(
        (row) => lossBin(column.binning, slotOf(column.binning, valueOf(column, row))) === bin,
      )
      const { rows: _, hits, ...wanted } = lossesOf(task, own)
      const keys = ['scored', 'loss', 'lossSquares', 'brier', 'brierSquares', 'absolute', 'judged'] as const
      expectNear(keys.map((key) => sums[key]), keys.map((key) => wanted[key])) // prettier-ignore
      expect(sums.misses).toBe(wanted.judged - hits)
    }
  }
  const { rows: n, scored, judged, hits, ...sums } = lossSumsOf(labelledOf(found, 'loss'))
  const { rows: m, scored: s, judged: j, hits: h, ...wanted } = lossesOf(task, rows)
  expect([n, scored, judged, hits]).toEqual([m, s, j, h])
  expectNear(Object.values(sums), Object.values(wanted))
}

/** What an evaluation reads first, and the losses of bins that it reads only where it has to. */
async function read(query: HoursQuery): Promise<LabelledColumn[]> {
  const sums = await readLabelledProfiles(store, query)
  const losses = await readLabelledSliced(store, query, WHOLE_MODEL, 'bin_losses')
  expect(sums.filter(({ role }) => role.startsWith('loss:'))).toEqual([])
  const ofAll = losses.filter(({ role }) => !role.startsWith('loss:'))
  expect(ofAll).toMatchObject(sums.filter(({ role }) => role === 'loss'))
  return [...sums, ...losses.filter((one) => !ofAll.includes(one))]
}

async function readOfBaseline(baseline: Baseline): Promise<LabelledColumn[]> {
  const losses = await readBaselineLabelledSegments(store, baseline, [''], 'bin_losses')
  const ofBins = losses.filter(({ role }) => role !== 'loss')
  return [...(await readBaselineLabelled(store, baseline)), ...ofBins]
}

async function expectProfiles(ledger: Ledger): Promise<void> {
  const { model, task } = ledger
  await rollup({ store, model, now: now(), nextGeneration })
  const baseline = (await activeBaseline(store.control, model.name))!
  const columns = await baselineColumns(store, model, baseline)
  const scale = labelScale(model.task, columns.find(({ role }) => role === 'label')!.binning)
  const query = { model: model.name, binning: baseline.binning }
  for (let hour = START; hour < START + HOURS * HOUR; hour += HOUR) {
    const found = await read({ ...query, spans: [{ from: new Date(hour), to: new Date(hour + HOUR) }] })
    const rows = ledger.labelled(hour, hour + HOUR)
    expectEqual(task, found, columns, scale, rows)
    const delays = new Array<number>(DELAY_SLOTS).fill(0)
    for (const { ts, labelledAt } of rows) delays[slotOfDelay(labelledAt! - ts)]++
    if (rows.length > 0) expect(labelledOf(found, 'delay')!.counts).toEqual(delays)
  }
  const spans = [{ from: new Date(START), to: new Date(START + HOURS * HOUR) }]
  const whole = { ...query, spans, version: '2' }
  expectEqual(task, await read(whole), columns, scale, ledger.labelled(START, START + HOURS * HOUR, '2'))
}

function slotOfDelay(delay: number): number {
  return Array.from({ length: DELAY_SLOTS }, (_, slot) => slot).find((slot) => delay <= longestDelay(slot))!
}

const delays = (i: number) => (i % 7 === 0 ? -HOUR : 50_000 * 1.013 ** (i % 1000))

beforeAll(async () => {
  store = await temporaryStore()
})

describe.each(['binary', 'multiclass', 'regression'])('%s', (task) => {
  const ledger = new Ledger(task)
  const { model } = ledger
  const random = seeded(task.length)
  const rows = Array.from({ length: 1500 }, (_, i) => randomRow(task, i, random))
  let baseline: Baseline

  beforeAll(async () => {
    await syncSilver(store, model)
    await ledger.send(rows)
    await ledger.send(
      rows.slice(0, 500).map((row, i) => ({ ...randomRow(task, i, random), id: row.id, ts: row.ts })),
    )
    await ledger.label(
      rows.filter((_, i) => i % 3 > 0),
      delays,
    )
    const window = { from: new Date(START).toISOString(), to: new Date(START + HOURS * HOUR).toISOString() }
    const outcome = await baselineFromWindow(store, { model, name: 'all', source: { window }, now: now() })
    if (outcome.status !== 'created') throw new Error(outcome.reason)
    baseline = outcome.baseline
    await activate(store, model.name, 1, now())
  })

  test('the baseline sums its own labelled rows', async () => {
    const columns = await baselineColumns(store, model, baseline)
    const scale = labelScale(model.task, columns.find(({ role }) => role === 'label')!.binning)
    const found = await readOfBaseline(baseline)
    expectEqual(task, found, columns, scale, ledger.labelled(START, START + HOURS * HOUR))
    const outcomes = {
      binary: ['score'],
      multiclass: ['score', 'score', 'score', 'confidence'],
      regression: [],
    }[task]!
    const scoreLosses = task === 'binary' ? ['loss:score'] : []
    const losses = ['loss', 'loss:feature', 'loss:feature', 'loss:prediction', ...scoreLosses]
    const roles = ['feature', 'feature', 'prediction', ...losses, ...outcomes]
    expect(found.map(({ role }) => role).sort()).toEqual(roles.sort())
  })

  test('a file of the same rows makes the same baseline', async () => {
    const cell = (value: string | number | null | undefined) =>
      value == null ? '' : `"${String(value).replaceAll('"', '""')}"`
    const classes = task === 'multiclass' ? CLASSES.slice(0, 3) : []
    const names = [
      'x',
      'c',
      'prediction',
      'score',
      'label',
      ...classes.map((category) => `scores.${category}`),
    ]
    const lines = ledger
      .served()
      .map((row) =>
        [
          row.x,
          row.c,
          row.prediction,
          row.score,
          row.label,
          ...classes.map((category) => row.scores[category]),
        ]
          .map(cell)
          .join(','),
      )
    const path = join(store.directory, `${task}.csv`)
    writeFileSync(path, [names.map(cell).join(','), ...lines].join('\n'))
    const staged = await stageBaseline(store, path, join(store.directory, 'spool'), model)
    if (staged.status !== 'staged') throw new Error(staged.reason)
    const request = { model, name: 'file', source: { file: path }, now: now() }
    const outcome = await baselineFromFile(store, staged.file, request)
    if (outcome.status !== 'created') throw new Error(outcome.reason)
    const labelled = ledger.labelled(START, START + HOURS * HOUR)
    const columns = await baselineColumns(store, model, outcome.baseline)
    const scale = labelScale(model.task, columns.find(({ role }) => role === 'label')!.binning)
    expectEqual(task, await readOfBaseline(outcome.baseline), columns, scale, labelled)
    expect(columns.map(({ name }) => name)).toEqual(
      (await baselineColumns(store, model, baseline)).map(({ name }) => name),
    )
  })

  test('after the first roll-up, and again after one that has nothing to do', async () => {
    await expectProfiles(ledger)
    expect(await rollup({ store, model, now: now(), nextGeneration })).toBe(0)
    await expectProfiles(ledger)
  })

  test('after batches are delivered again, and all hours are counted anew', async () => {
    await ledger.send(rows.slice(200, 900))
    await ledger.label(
      rows.filter((_, i) => i % 3 > 0),
      delays,
    )
    await expectProfiles(ledger)
    const hours = Array.from({ length: HOURS }, (_, i) => new Date(START + i * HOUR))
    await markDirty(store, model.name, ['labels'], hours, now())
    await expectProfiles(ledger)
  })

  test('after shadow traffic has become served, and served traffic shadow', async () => {
    await ledger.send([...ledger.rows.values()].slice(0, 400).map((row) => ({ ...row, shadow: !row.shadow })))
    await expectProfiles(ledger)
  })

  test('after predictions are corrected', async () => {
    await ledger.send(
      rows.slice(0, 300).map((row) => ({
        ...row,
        ...randomRow(task, 5000, random),
        id: row.id,
        ts: row.ts,
        version: row.version,
      })),
    )
    await expectProfiles(ledger)
  })

  test('after labels come late, are corrected, older ones come after newer, and some are withdrawn', async () => {
    await ledger.label(rows.filter((_, i) => i % 3 === 0).slice(0, 200), () => 90 * HOUR)
    const others = rows.slice(0, 400).map((row, i) => ({ ...row, label: randomRow(task, i, random).label }))
    await ledger.label(others, (i) => (i % 2 === 0 ? 100 * HOUR : -10 * HOUR))
    await ledger.label(
      rows.slice(400, 450).map((row) => ({ ...row, label: null })),
      () => 200 * HOUR,
    )
    await expectProfiles(ledger)
  })

  test('after an hour lost its predictions, and what was replaced is swept', async () => {
    const { predictions } = silverTables(model.name, store.shards.local)
    const query = `DELETE FROM ${predictions} WHERE toStartOfHour(ts) = toDateTime(${START / 1000})`
    await store.shards.each((client) => client.command({ query }))
    for (const [key, { ts }] of ledger.rows) if (ts < START + HOUR) ledger.rows.delete(key)
    await markDirty(store, model.name, ['predictions', 'labels'], [new Date(START)], now())
    await expectProfiles(ledger)
    await sweepProfiles(store, model.name, 0)
    await expectProfiles(ledger)
    const left = await store.read.query({
      query: `SELECT uniqExact(hour, generation) = uniqExact(hour) AS swept FROM labelled_profiles WHERE model = '${model.name}'`,
      format: 'JSONEachRow',
    })
    expect(await left.json()).toEqual([{ swept: 1 }])
  })

  test('predictions have the profiles of scores by class, and of the predicted class with its own', async () => {
    if (task !== 'multiclass') return
    const columns = await baselineColumns(store, model, baseline)
    const found = await readProfiles(
      store,
      model.name,
      baseline.binning,
      new Date(START),
      new Date(START + HOURS * HOUR),
    )
    for (const column of columns.filter(({ role }) => role === 'score' || role === 'confidence')) {
      const { counts } = found.find(({ role, column: name }) => role === column.role && name === column.name)!
      const wanted = counts.map(() => 0)
      for (const row of ledger.served()) wanted[slotOf(column.binning, valueOf(column, row))]++
      expect(counts, column.name).toEqual(wanted)
    }
  })
})

/** Rows are counted by segment as a careful person would count them, and every segment has a name of its own. */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { generationClock, rollup } from '../../detectors/rollup/rollup.ts'
import { activate, baselineFromWindow } from '../../ingest/baseline/baseline.ts'
import { storeLabels, storePredictions } from '../../ingest/intake/pipeline.ts'
import { createWriter } from '../../ingest/intake/writer.ts'
import { activeBaseline, type Baseline } from '../../control/declared/baselines.ts'
import { baselineColumns, baselineSegments, type BaselineColumn } from '../../store/profiles/baselines.ts'
import {
  labelledOf,
  readBaselineLabelledSegments,
  readLabelledSliced,
} from '../../store/labelled/labelled-profiles.ts'
import { lossSumsOf } from '../../store/labelled/loss-sums.ts'
import { modelSchema } from '../../control/declared/model.ts'
import { readSliced } from '../../store/profiles/profiles.ts'
import {
  parseSegmentKey,
  placedKeys,
  segmentKey,
  segmentsOf,
  type Segment,
} from '../../store/profiles/segments.ts'
import { syncSilver } from '../../store/events/silver.ts'
import type { Store } from '../../store/engine/client.ts'
import { seeded } from '../support/samples/columns.ts'
import { temporaryStore } from '../support/stores/store.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const HOURS = 4
const model = modelSchema.parse({
  name: 'flights',
  task: 'binary',
  positive: 'late',
  features: { x: 'numeric', 'o=r:i\\g': 'categorical', size: 'numeric' },
  segments: ['o=r:i\\g', 'size'],
})
const ORIGIN = 'o=r:i\\g'

interface Row {
  id: string
  ts: number
  version: string
  x: number | null
  origin: string | null
  size: number | null
  prediction: string
  score: number
  label?: string
}

let store: Store
const ledger = new Map<string, Row>()
const random = seeded(7)
let wallClock = Date.UTC(2026, 5, 1)
const now = () => new Date((wallClock += 1000))
const nextGeneration = generationClock()
const rollUp = () => rollup({ store, model, now: now(), nextGeneration })

/** More than 20 values; some are called like what is counted beside values, some are equally frequent. */
const RARE = Array.from({ length: 12 }, (_, i) => `tie ${String.fromCharCode(97 + i)}`)
const FREQUENT = [
  'other',
  'missing',
  '',
  "it's=a:\\b",
  'ORD',
  'ATL',
  'ü',
  '😀',
  'LAX',
  'JFK',
  'SFO',
  'DFW',
  'SEA',
  'BOS',
  'DEN',
]

function makeRow(i: number): Row {
  const pick = Math.floor(random() * 80)
  const origin = pick < 75 ? FREQUENT[pick % FREQUENT.length] : null
  return {
    id: `r${i}`,
    ts: START + Math.floor(random() * HOURS * HOUR),
    version: ['1', '2', ''][Math.floor(random() * 3)],
    x: random() < 0.05 ? null : Math.round(random() * 400) / 4,
    origin,
    size: random() < 0.1 ? null : [-0, 0.1, 2, 1e21, 3.5][Math.floor(random() * 5)],
    prediction: random() < 0.4 ? 'late' : 'fine',
    score: Math.round(random() * 50) / 50,
  }
}

async function send(rows: readonly Row[]): Promise<void> {
  const context = { store, writer: createWriter(store), model, source: 'test', now: now() }
  const records = rows.map(({ id, ts, version, x, origin, size, prediction, score }) => ({
    value: {
      id,
      ts,
      version: version || undefined,
      features: { x, [ORIGIN]: origin, size },
      prediction,
      score,
    },
  }))
  expect((await storePredictions(context, records)).rejected).toEqual([])
  for (const row of rows) ledger.set(row.id, { ...row, label: ledger.get(row.id)?.label })
}

async function label(rows: readonly Row[], value: (row: Row) => string): Promise<void> {
  const context = { store, writer: createWriter(store), model, source: 'test', now: now() }
  const labelled = rows.map((row) => ({ ...row, label: value(row) }))
  await storeLabels(
    context,
    labelled.map(({ id, label, ts }) => ({ value: { id, label, prediction_ts: ts } })),
  )
  for (const row of labelled) ledger.set(row.id, row)
}

/** Which parts a row belongs to, written as the naming is documented and not as it is computed. */
function keysOf({ origin, size }: Row, { segments }: Baseline): string[] {
  const [origins, sizes] = segments!.map(({ values }) => values)
  const name = 'o\\=r\\:i\\\\g'
  const text = size === null ? null : String(size).replace('e+', 'e')
  return [
    '',
    !origin ? `${name}:missing` : origins.includes(origin) ? `${name}=${origin}` : `${name}:other`,
    text === null ? 'size:missing' : sizes.includes(text) ? `size=${text}` : 'size:other',
  ]
}

function countsOf(column: BaselineColumn, rows: readonly Row[]): number[] {
  const { binning, role, name } = column
  const counts = new Array<number>(
    binning.kind === 'numeric' ? binning.edges.length + 1 : binning.categories.length + 2,
  ).fill(0)
  for (const row of rows) {
    const value =
      role === 'feature'
        ? { x: row.x, [ORIGIN]: row.origin, size: row.size }[name]
        : row[role as 'prediction' | 'score' | 'label']
    // An empty text is no value.
    if (value === null || value === undefined || value === '') counts[0]++
    else if (binning.kind === 'numeric')
      counts[binning.edges.filter((edge) => edge <= (value as number)).length]++
    else
      counts[
        binning.categories.includes(value as string)
          ? binning.categories.indexOf(value as string) + 1
          : binning.categories.length + 1
      ]++
  }
  return counts
}

const allKeys = ({ segments }: Baseline) => ['', ...segments!.flatMap(placedKeys)]

async function expectCounts(): Promise<void> {
  await rollUp()
  const baseline = (await activeBaseline(store.control, model.name))!
  const columns = await baselineColumns(store, model, baseline)
  const spans = [{ from: new Date(START), to: new Date(START + HOURS * HOUR) }]
  const query = { model: model.name, binning: baseline.binning, spans }
  const only = allKeys(baseline)
  for (const version of [undefined, '2']) {
    const found = await readSliced(store, { ...query, version }, { by: 'segment', only })
    const labelled = await readLabelledSliced(store, { ...query, version }, { by: 'segment', only })
    for (const key of only) {
      const rows = [...ledger.values()].filter(
        (row) => keysOf(row, baseline).includes(key) && (version === undefined || row.version === version),
      )
      const withLabel = rows.filter((row) => row.label !== undefined)
      for (const column of columns) {
        const counted = column.role === 'label' ? withLabel : rows
        const profile = found.find(
          ({ slice, role, column: name }) => slice === key && role === column.role && name === column.name,
        )
        expect(profile?.counts, `${key} ${column.name}`).toEqual(
          counted.length === 0 ? undefined : countsOf(column, counted),
        )
      }
      const losses = lossSumsOf(
        labelledOf(
          labelled.filter(({ slice }) => slice === key),
          'loss',
        ),
      )
      const hits = withLabel.filter(({ prediction, label }) => prediction === label)
      expect([losses.rows, losses.scored, losses.judged, losses.hits], key).toEqual([
        withLabel.length,
        withLabel.length,
        withLabel.length,
        hits.length,
      ])
    }
    expectSums(found, baseline)
    expectSums(labelled, baseline)
  }
}

/** The parts of one segment column make up the whole. */
function expectSums(
  found: readonly { slice: string; role: string; column: string; counts: readonly number[] }[],
  { segments }: Baseline,
): void {
  for (const whole of found.filter(({ slice }) => slice === '')) {
    for (const segment of segments!) {
      const parts = found.filter(
        ({ slice, role, column }) =>
          placedKeys(segment).includes(slice) && role === whole.role && column === whole.column,
      )
      const sum = whole.counts.map((_, i) => parts.reduce((total, { counts }) => total + counts[i], 0))
      expect(sum).toEqual(whole.counts)
    }
  }
}

describe('names of segments', () => {
  const part = fc.oneof(
    fc.record({ value: fc.string({ unit: 'grapheme' }) }),
    fc.constantFrom('other' as const, 'missing' as const),
  )
  const odd = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ unit: fc.constantFrom('=', ':', '\\', 'a', '\n'), minLength: 1 }),
  )

  test('are read back as what they name, so that no two are called the same', () => {
    fc.assert(
      fc.property(odd, part, (column, part) => {
        expect(parseSegmentKey(segmentKey({ column, part }))).toEqual({ column, part })
      }),
    )
  })

  test('have one spelling', () => {
    fc.assert(
      fc.property(odd, (text) => {
        const parsed = parseSegmentKey(text)
        if (parsed !== undefined) expect(segmentKey(parsed)).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })

  test.each<[Segment, string]>([
    [{ column: 'origin', part: { value: 'ORD' } }, 'origin=ORD'],
    [{ column: 'origin', part: { value: 'other' } }, 'origin=other'],
    [{ column: 'origin', part: 'other' }, 'origin:other'],
    [{ column: 'origin', part: 'missing' }, 'origin:missing'],
    [{ column: 'origin', part: { value: '' } }, 'origin='],
    [{ column: 'a=b:c\\', part: { value: '=:\\' } }, 'a\\=b\\:c\\\\==:\\'],
  ])('%j is %s', (segment, key) => {
    expect(segmentKey(segment)).toBe(key)
  })

  test.each(['', 'origin', '=x', 'origin:rest', 'a\\b=c', 'a\\', ':other'])('%j is none', (key) => {
    expect(parseSegmentKey(key)).toBeUndefined()
  })
})

describe('counting', () => {
  beforeAll(async () => {
    store = await temporaryStore()
    await syncSilver(store, model)
    const rows = Array.from({ length: 2500 }, (_, i) => makeRow(i))
    const rare = [...RARE].reverse().map((origin, i) => ({ ...makeRow(2500 + i), origin }))
    await send([...rows, ...rare])
    await label(rows.slice(0, 900), ({ score }) => (random() < score ? 'late' : 'fine'))
    const window = { from: new Date(START).toISOString(), to: new Date(START + HOURS * HOUR).toISOString() }
    const outcome = await baselineFromWindow(store, { model, name: 'first', source: { window }, now: now() })
    expect(outcome.status).toBe('created')
    await activate(store, model.name, 1, now())
  })

  test('the 20 most frequent values are told apart, ties in order of their code points', async () => {
    const baseline = (await activeBaseline(store.control, model.name))!
    const [origins, sizes] = baseline.segments!
    const frequent = FREQUENT.filter((name) => name !== '')
    expect(new Set(origins.values.slice(0, frequent.length))).toEqual(new Set(frequent))
    expect(origins.values.slice(frequent.length)).toEqual(RARE.slice(0, 20 - frequent.length))
    expect(origins).toMatchObject({ column: ORIGIN, other: true, missing: true })
    expect(new Set(sizes.values)).toEqual(new Set(['0', '0.1', '2', '1e21', '3.5']))
    expect(sizes).toMatchObject({ column: 'size', other: false, missing: true })
    expect(segmentsOf(sizes)).toHaveLength(6)
  })

  test('is exact in each hour of each segment', expectCounts)

  test('of the baseline itself is exact, and sums up to the whole', async () => {
    const baseline = (await activeBaseline(store.control, model.name))!
    const columns = await baselineColumns(store, model, baseline)
    const rows = [...ledger.values()]
    const keys = allKeys(baseline)
    const found = await baselineSegments(store, baseline, keys)
    for (const key of keys) {
      const own = rows.filter((row) => keysOf(row, baseline).includes(key))
      for (const column of columns) {
        const profile = found.find(
          ({ segment, role, name }) => segment === key && role === column.role && name === column.name,
        )?.profile
        // A row without a label is one whose label is missing.
        const counted = countsOf(column, own)
        expect(profile?.counts, `${key} ${column.name}`).toEqual(own.length === 0 ? undefined : counted)
      }
    }
    const labelled = await readBaselineLabelledSegments(store, baseline, keys)
    const withLabel = rows.filter((row) => row.label !== undefined).flatMap((row) => keysOf(row, baseline))
    expect(new Set(labelled.map(({ slice }) => slice))).toEqual(new Set(withLabel))
    expectSums(labelled, baseline)
  })

  test('is exact after rows are delivered again, corrected into other segments, and labels come late', async () => {
    const rows = [...ledger.values()]
    await send(rows.slice(100, 700))
    await expectCounts()
    await send(
      rows
        .slice(300, 500)
        .map((row, i) => ({ ...row, origin: i % 3 === 0 ? 'never seen' : 'ORD', size: 99 })),
    )
    await label(rows.slice(1200, 1600), () => 'late')
    await expectCounts()
  })

  test('goes by no segment that the model does not declare any more', async () => {
    const without = { ...model, segments: ['size'] }
    await activate(store, model.name, 1, now())
    await rollup({ store, model: without, now: now(), nextGeneration })
    const baseline = (await activeBaseline(store.control, model.name))!
    const query = {
      model: model.name,
      binning: baseline.binning,
      spans: [{ from: new Date(START), to: new Date(START + HOURS * HOUR) }],
    }
    const found = await readSliced(store, query, { by: 'segment', only: allKeys(baseline) })
    expect(new Set(found.map(({ slice }) => parseSegmentKey(slice)?.column))).toEqual(
      new Set([undefined, 'size']),
    )
  })
})

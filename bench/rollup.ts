import { deriveBinning } from '../ingest/baseline/binning.ts'
import type { NumericBinning } from '../store/profiles/binning.ts'
import type { Store } from '../store/engine/client.ts'
import { featureSource, modelColumns, modelSchema, type Model } from '../control/declared/model.ts'
import { writeProfiles } from '../store/profiles/profiles.ts'
import type { BinnedColumn } from '../store/profiles/profile-sql.ts'
import type { SegmentColumn } from '../control/declared/segment-column.ts'
import { MAX_SEGMENT_VALUES } from '../store/profiles/segments.ts'
import { silverTables, syncSilver } from '../store/events/silver.ts'
import { array, float, identifier } from '../store/engine/sql.ts'
import { generatePredictions } from './generate.ts'
import type { BenchOptions } from './options.ts'
import { fastest, perSecond, print, withStore } from './support.ts'

const HOUR_MS = 3_600_000
const START = Date.UTC(2026, 0, 1)
const HOURS = 24
/** Features, and rows of a day. */
const SIZES = [
  [20, 500_000],
  [200, 100_000],
]
const SHOPS: SegmentColumn = {
  column: 'shop',
  kind: 'categorical',
  source: featureSource('shop'),
  values: Array.from({ length: MAX_SEGMENT_VALUES }, (_, i) => String(i)),
  other: true,
  missing: false,
}

/** Counting a day of silver rows into profiles, against the plainest query that bins each column by hour. */
export async function benchRollup({ tiny }: BenchOptions): Promise<void> {
  for (const [features, rows] of tiny ? [[2, 500]] : SIZES)
    await withStore((store) => measure(store, features, rows))
}

async function measure(store: Store, features: number, rows: number): Promise<void> {
  const model = declare(features)
  await syncSilver(store, model)
  await generatePredictions(store, model, { from: START, to: START + HOURS * HOUR_MS, rows })
  const { predictions } = silverTables(model.name)
  const columns: BinnedColumn[] = []
  for (const column of modelColumns(model).filter(
    ({ role, kind }) => role === 'feature' && kind === 'numeric',
  )) {
    columns.push({ ...column, binning: await deriveBinning(store.rollup, predictions, column) })
  }
  const hours = Array.from({ length: HOURS }, (_, hour) => new Date(START + hour * HOUR_MS))
  let generation = 0
  const count = (segments: readonly SegmentColumn[]) =>
    fastest(3, () =>
      writeProfiles(store, {
        model: model.name,
        binning: 'b',
        stream: 'predictions',
        columns,
        segments,
        hours,
        generation: ++generation,
      }),
    )
  const profiles = await count([])
  const split = await count([SHOPS])
  const bare = await fastest(3, async () => {
    for (const { source, binning } of columns) {
      const edges = array((binning as NumericBinning).edges.map(float), 'Float64')
      await store.rollup.command({
        query: `CREATE OR REPLACE TABLE bare ENGINE = Null AS
          SELECT toStartOfHour(ts) AS hour, roundDown(assumeNotNull(${identifier(source)}), ${edges}) AS bin, count()
          FROM ${predictions} GROUP BY hour, bin`,
      })
    }
  })
  const values = features * rows
  print(
    `rollup, ${features} features × ${rows.toLocaleString('en-US')} rows: profiles ${perSecond(values, profiles)} values ` +
      `(FINAL, sums and dense rows written), bare GROUP BY ${perSecond(values, bare)}: ratio ${(bare / profiles).toFixed(2)} (aim 1.0); with one segment column ${(split / profiles).toFixed(1)} times as long`,
  )
}

export function declare(features: number): Model {
  const names = Array.from({ length: features }, (_, i) => [`f${i}`, 'numeric'] as const)
  const columns = { ...Object.fromEntries(names), [SHOPS.column]: SHOPS.kind }
  return modelSchema.parse({ name: 'bench', task: 'binary', features: columns })
}

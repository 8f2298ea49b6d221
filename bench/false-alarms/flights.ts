import { readFlights, type Flight } from '../../cli/demo/flights.ts'
import { deriveBinning } from '../../ingest/baseline/derive-binning.ts'
import { LOWEST_EDGE, slotCount, type ColumnBinning } from '../../store/profiles/binning.ts'
import type { Store } from '../../store/engine/client.ts'
import { slotFinder } from './slots.ts'
import type { Random } from './random.ts'
import { BASELINE_ROWS, type Stream } from './stream.ts'

const FROM = Date.UTC(2001, 0, 1)
const TO = Date.UTC(2001, 1, 1)
const TABLE = 'bench_january'

const COLUMNS = [
  { source: 'hour', kind: 'numeric' },
  { source: 'distance', kind: 'numeric' },
  { source: 'origin', kind: 'categorical' },
  { source: 'destination', kind: 'categorical' },
  { source: 'late', kind: 'categorical' },
] as const

/** All flights of January, in memory and in a table for the product to derive bins from. */
export async function readJanuary(store: Store): Promise<Flight[]> {
  const flights = await readFlights(store.rollup, { from: FROM, to: TO, every: 1 })
  await store.rollup.command({
    query: `CREATE TABLE ${TABLE} (row UInt32, hour Nullable(Float64), distance Nullable(Float64), origin LowCardinality(Nullable(String)),
      destination LowCardinality(Nullable(String)), late LowCardinality(Nullable(String))) ENGINE = Memory`,
  })
  const values = flights.map(({ hour, distance, origin, destination, late }, row) => [
    row,
    hour,
    distance,
    origin,
    destination,
    String(late),
  ])
  await store.rollup.insert({ table: TABLE, values, format: 'JSONCompactEachRow' })
  return flights
}

/**
 * January's flights drawn at random with replacement: real columns, and rows as they depend on one another, in which
 * nothing changes over time. The baseline is a sample of its own, with the bins that the product derives from it.
 */
export async function flightsStream(
  store: Store,
  flights: readonly Flight[],
  random: Random,
  seed: number,
): Promise<Stream> {
  const sample = `(SELECT * FROM ${TABLE} ORDER BY cityHash64(row, ${seed}) LIMIT ${BASELINE_ROWS})`
  const rows = await store.rollup
    .query({ query: `SELECT row FROM ${sample}`, format: 'JSONCompactEachRow' })
    .then((result) => result.json<[number]>())
  const columns: { binning: ColumnBinning }[] = []
  for (const column of COLUMNS)
    columns.push({ binning: coarse(await deriveBinning(store.rollup, sample, column)) })
  const slots = COLUMNS.map(({ source }, i) => {
    const find = slotFinder(columns[i].binning)
    return Uint16Array.from(flights, (flight) =>
      find(source === 'late' ? String(flight.late) : flight[source]),
    )
  })
  const baseline = columns.map(({ binning }) => new Int32Array(slotCount(binning)))
  for (const [row] of rows) for (const [i, counts] of baseline.entries()) counts[slots[i][row]]++
  return {
    columns,
    baseline,
    addRows(n, counts) {
      for (let drawn = 0; drawn < n; drawn++) {
        const row = Math.floor(random.next() * flights.length)
        for (let i = 0; i < counts.length; i++) counts[i][slots[i][row]]++
      }
    },
  }
}

/** Only the edges of PSI's groups: what lies between them makes no difference to a verdict. */
function coarse(binning: ColumnBinning): ColumnBinning {
  return binning.kind === 'numeric' && binning.groups.by === 'edge'
    ? { ...binning, edges: [LOWEST_EDGE, ...binning.groups.edges] }
    : binning
}

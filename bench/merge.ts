import { publish, readProfiles } from '../store/profiles/profiles.ts'
import type { Store } from '../store/engine/client.ts'
import type { BenchOptions } from './options.ts'
import { fastest, print, withStore } from './support.ts'

const SLOTS = 253
const START = Date.UTC(2026, 0, 1)
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** Merging hourly profiles of 200 columns into one window, as a check does. */
export async function benchMerge({ tiny }: BenchOptions): Promise<void> {
  const columns = tiny ? 2 : 200
  await withStore(async (store) => {
    await fill(store, 30 * 24, columns)
    for (const days of [1, 30]) {
      const end = new Date(START + 30 * DAY_MS)
      const from = new Date(end.getTime() - days * DAY_MS)
      const took = await fastest(5, async () => {
        const merged = await readProfiles(store, 'bench', 'b', from, end)
        if (merged.length !== columns) throw new Error(`${merged.length} of ${columns} columns were merged`)
      })
      print(
        `merge, ${days} days × ${columns} columns × ${SLOTS} slots: ${took.toFixed(0)} ms${days === 30 && !tiny ? ' (aim under 300 ms)' : ''}`,
      )
    }
  })
}

async function fill(store: Store, hours: number, columns: number): Promise<void> {
  const hour = `toDateTime(${START / 1000} + 3600 * intDiv(number, ${columns}), 'UTC')`
  await store.rollup.command({
    query: `INSERT INTO profiles
        (model, binning, part, role, column, segment, version, hour, generation, counts, sums, squares)
      SELECT 'bench', 'b', 'predictions', 'feature', concat('f', toString(number % ${columns})), '', '1', ${hour}, 1,
        arrayMap(i -> toUInt32(rand(i) % 100), range(${SLOTS})), arrayMap(i -> (rand(i) % 1000) / 7, range(${SLOTS})), 1
      FROM numbers(${columns * hours})`,
  })
  await publish(
    store,
    {
      model: 'bench',
      binning: 'b',
      stream: 'predictions',
      columns: [],
      segments: [],
      hours: Array.from({ length: hours }, (_, i) => new Date(START + HOUR_MS * i)),
      generation: 1,
    },
    new Date(START),
  )
}

import { insertObjects } from '../store/engine/query.ts'
import { readProfiles } from '../store/profiles/profiles.ts'
import type { Store } from '../store/engine/client.ts'
import { fastest, print, withStore } from './support.ts'

const COLUMNS = 200
const SLOTS = 253
const START = Date.UTC(2026, 0, 1)
const DAY_MS = 86_400_000

/** Merging hourly profiles of 200 columns into one window, as a check does. */
export async function benchMerge(): Promise<void> {
  await withStore(async (store) => {
    await fill(store, 30 * 24)
    for (const days of [1, 30]) {
      const end = new Date(START + 30 * DAY_MS)
      const from = new Date(end.getTime() - days * DAY_MS)
      const took = await fastest(5, () => readProfiles(store, 'bench', 'b', from, end))
      print(
        `merge, ${days} days × ${COLUMNS} columns × ${SLOTS} slots: ${took.toFixed(0)} ms${days === 30 ? ' (aim under 300 ms)' : ''}`,
      )
    }
  })
}

async function fill(store: Store, hours: number): Promise<void> {
  const hour = (number: string) => `toDateTime(${START / 1000} + 3600 * ${number}, 'UTC')`
  await store.rollup.command({
    query: `INSERT INTO profiles
      SELECT 'bench', 'b', 'predictions', 'feature', concat('f', toString(number % ${COLUMNS})), '', '1',
        ${hour(`intDiv(number, ${COLUMNS})`)}, 1,
        arrayMap(i -> toUInt32(rand(i) % 100), range(${SLOTS})), arrayMap(i -> (rand(i) % 1000) / 7, range(${SLOTS})), 1
      FROM numbers(${COLUMNS * hours})`,
  })
  await insertObjects(
    store.rollup,
    'hours',
    Array.from({ length: hours }, (_, i) => ({
      model: 'bench',
      binning: 'b',
      stream: 'predictions',
      hour: START / 1000 + 3600 * i,
      generation: 1,
      published_at: START,
    })),
  )
}

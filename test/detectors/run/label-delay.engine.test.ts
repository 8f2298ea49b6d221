import { beforeAll, describe, expect, test } from 'vitest'
import { observedDelay } from '../../../detectors/run/label-delay.ts'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { storeLabels, storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { activeBaseline } from '../../../control/declared/baselines.ts'
import { DELAY_SLOTS, longestDelay } from '../../../store/labelled/label-delay.ts'
import { readLabelDelays } from '../../../store/labelled/label-delays.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { syncSilver } from '../../../store/events/silver.ts'
import type { Store } from '../../../store/engine/client.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = Date.UTC(2026, 4, 1)
const model = modelSchema.parse({ name: 'm', task: 'binary', features: { x: 'numeric' } })

/** Labels by slot, given as hours of delay and how many labels have it. */
function slots(delays: [hours: number, labels: number][]): number[] {
  const counts = new Array<number>(DELAY_SLOTS).fill(0)
  for (const [hours, labels] of delays)
    counts[counts.findIndex((_, slot) => hours * HOUR <= longestDelay(slot))] += labels
  return counts
}

describe('the observed delay', () => {
  test('is not known from fewer than 200 labels', () => {
    expect(observedDelay([])).toBeUndefined()
    expect(observedDelay(slots([[5, 199]]))).toBeUndefined()
    expect(observedDelay(slots([[5, 200]]))).toBeDefined()
  })

  test.each([
    ['at once', [[-3, 200]], 1, 1],
    ['all alike', [[30, 200]], 30, 34],
    [
      'nine in ten quick',
      [
        [2, 900],
        [100, 100],
      ],
      2,
      3,
    ],
    [
      'more than one in ten slow',
      [
        [2, 890],
        [100, 110],
      ],
      100,
      113,
    ],
    ['within the hour', [[0.2, 500]], 1, 1],
  ] as const)(
    '%s: at least the percentile, at most an eighth more and rounded up',
    (_, delays, least, most) => {
      const hours = observedDelay(slots(delays as unknown as [number, number][]))! / HOUR
      expect(Number.isInteger(hours)).toBe(true)
      expect(hours).toBeGreaterThanOrEqual(least)
      expect(hours).toBeLessThanOrEqual(most)
    },
  )
})

describe('stored delays', () => {
  let store: Store
  const send = async (hour: number, n: number, labelled: number, delay: number) => {
    const context = { store, writer: createWriter(store), model, source: 'test', now: new Date() }
    const rows = Array.from({ length: n }, (_, i) => ({
      id: `${hour}-${i}`,
      ts: hour + i,
      features: { x: i % 7 },
    }))
    await storePredictions(
      context,
      rows.map((row) => ({ value: { ...row, prediction: i(row.id) } })),
    )
    await storeLabels(
      context,
      rows
        .slice(0, labelled)
        .map(({ id, ts }) => ({ value: { id, label: i(id), prediction_ts: ts, labelled_at: ts + delay } })),
    )
  }
  const i = (id: string) => (id.endsWith('1') ? 'yes' : 'no')
  const delays = async (now: number) => {
    const baseline = (await activeBaseline(store.control, 'm'))!
    const query = {
      model: 'm',
      binning: baseline.binning,
      now: new Date(now),
    }
    return readLabelDelays(store, query)
  }

  beforeAll(async () => {
    store = await temporaryStore()
    await syncSilver(store, model)
    await send(NOW - 40 * DAY, 100, 60, 3 * HOUR)
    await send(NOW - 2 * DAY, 100, 60, 5 * HOUR)
    await send(NOW - DAY, 50, 50, 9 * HOUR)
    await send(NOW - 150 * DAY, 30, 30, 20 * HOUR)
    const window = { from: new Date(NOW - 41 * DAY).toISOString(), to: new Date(NOW).toISOString() }
    await baselineFromWindow(store, { model, name: 'all', source: { window }, now: new Date() })
    await activate(store, 'm', 1, new Date())
    await rollup({ store, model, now: new Date(), nextGeneration: generationClock() })
  })

  test('are of predictions 30 days old, and of younger hours that are labelled in full', async () => {
    expect(await delays(NOW)).toEqual(slots([[3, 60], [9, 50]])) // prettier-ignore
  })

  test('as time goes by the others count as well, and old ones no longer', async () => {
    expect(await delays(NOW + 29 * DAY)).toEqual(slots([[3, 60], [5, 60], [9, 50]])) // prettier-ignore
    expect(await delays(NOW + 90 * DAY)).toEqual(slots([[5, 60], [9, 50]])) // prettier-ignore
    expect(await delays(NOW - 100 * DAY)).toEqual(slots([[20, 30]]))
    expect(await delays(NOW + 300 * DAY)).toEqual([])
  })
})

import { expect } from 'vitest'
import { monitors } from '../../../control/declared/monitor.ts'
import { chosenReference } from '../../../detectors/run/run.ts'
import { createWindowBatch } from '../../../service/schedule/window-batch.ts'
import type { TestService } from '../service.ts'

const DAY = 86_400_000
const START = Math.floor(Date.now() / DAY) * DAY - 40 * DAY

/** Rows of a shop, whose amounts double from the day `drift` on. */
const rowsOf = (days: number, drift = Infinity) =>
  Array.from({ length: days * 24 * 8 }, (_, i) => {
    const at = START + i * 450_000
    const amount = (5 + ((i * 7919) % 400)) * (at >= START + drift * DAY ? 2 : 1)
    const outcome = (i * 31) % 5 < 2 ? 'late' : 'early'
    return { id: `p${i}`, ts: at, amount, origin: ['ATL', 'JFK', 'ORD'][(i * 13) % 3], outcome, score: outcome === 'late' ? 0.8 : 0.2 }
  }) // prettier-ignore

/** Ten days of training data, with a column that numbers the rows. */
export const trainingCsv = (): string =>
  [
    'row_id,amount,origin,prediction,label,score',
    ...rowsOf(10).map(({ amount, origin, outcome, score }, i) =>
      [i, amount, origin, outcome, outcome, score].join(','),
    ),
  ].join('\n')

/** Predictions of so many days, as the API takes them. */
export const shopPredictions = (days: number, drift?: number) =>
  rowsOf(days, drift).map(({ id, ts, amount, origin, outcome, score }) => ({
    id,
    ts,
    features: { amount, origin },
    prediction: outcome,
    score,
  }))

/** What the service does once a window has ended, with its alerts, for the newest window that drifted. */
export async function evaluateNewest(service: TestService, name: string, key: string): Promise<void> {
  const { store } = service
  const monitor = (await monitors.find(store.control, name))!
  const model = (await service.models.find(monitor.model))!
  const path = `/models/${model.name}/results?monitor=${name}`
  const { body } = await service.call('GET', path, undefined, { authorization: `Bearer ${key}` })
  const found = body.results as { window_end: string; kind: string; verdict: string }[]
  const drifted = found.findLast(({ kind, verdict }) => kind === 'feature' && verdict === 'critical')!
  const end = new Date(drifted.window_end)
  const reference = await chosenReference(store, model, monitor)
  const batch = createWindowBatch({ store }, end)
  const window = { model, monitor, end, reference, labelDelay: undefined }
  await batch.add({ ...window, stream: 'predictions', mode: 'live' })
  expect(await batch.store()).toEqual([])
}

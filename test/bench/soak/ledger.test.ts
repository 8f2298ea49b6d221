import { expect, test } from 'vitest'
import { countOf, idOf, labelLine, predictionLine, timeOf } from '../../../bench/soak/events.ts'
import { createLedger, type HourCounts } from '../../../bench/soak/ledger.ts'
import { refusedIn, refusedLines } from '../../../bench/soak/retention.ts'
import { TINY, type Scenario } from '../../../bench/soak/scenario.ts'
import { labelsOf, predictionsOf } from '../../../bench/soak/traffic.ts'
import { HOUR_MS } from '../../../domain/time.ts'

const STEPS = 300
const scenario: Scenario = { ...TINY, rate: 0.03, steps: STEPS }

/** What a service would know that keeps the newest of each prediction and label, by their ids. */
function replay(): { hours: Map<number, HourCounts>; unmatched: number } {
  const predictions = new Map<string, { ts: number; state: string }>()
  const labels = new Map<string, string>()
  for (let step = 0; step < STEPS; step++) {
    for (const { event, as } of predictionsOf(scenario, step)) {
      const { id, ts, features } = JSON.parse(predictionLine(scenario, event, as === 'corrected'))
      if (as !== 'first') expect(predictions.get(id)?.ts, 'the hour of an id never changes').toBe(ts)
      predictions.set(id, { ts, state: features.state })
    }
    for (const label of labelsOf(scenario, step)) {
      const { id, label: value } = JSON.parse(labelLine(scenario, label.event, label))
      labels.set(id, value)
    }
  }
  const hours = new Map<number, HourCounts>()
  for (const [id, { ts, state }] of predictions) {
    const hour = Math.floor(ts / HOUR_MS) * HOUR_MS
    const before = hours.get(hour) ?? { predictions: 0, uncorrected: 0, labels: 0, yes: 0 }
    const label = labels.get(id)
    hours.set(hour, {
      predictions: before.predictions + 1,
      uncorrected: before.uncorrected + (state === 'first' ? 1 : 0),
      labels: before.labels + (label === undefined ? 0 : 1),
      yes: before.yes + (label === 'yes' ? 1 : 0),
    })
  }
  return { hours, unmatched: [...labels.keys()].filter((id) => !predictions.has(id)).length }
}

test('the ledger has what remains of all that was sent', () => {
  const ledger = createLedger(scenario)
  for (let step = 0; step < STEPS; step++) ledger.add(step)
  const { hours, unmatched } = replay()
  expect(new Map([...ledger.hours].toSorted(([a], [b]) => a - b))).toEqual(hours)
  expect(ledger.early).toHaveLength(unmatched)
})

test('labels come late, early and never, and both predictions and labels are corrected', () => {
  const { totals } = fill()
  expect(totals.predictions).toBeGreaterThan(10_000)
  for (const count of [totals.repeated, totals.corrections, totals.flips, totals.refused])
    expect(count).toBeGreaterThan(30)
  expect(totals.labels / totals.predictions).toBeGreaterThan(0.7)
  expect(totals.labels / totals.predictions).toBeLessThan(0.85)
})

test('the history is entered with a label for each prediction', () => {
  const ledger = createLedger({ ...scenario, history: { ...scenario.history, perStep: 7 } })
  ledger.add(-1)
  expect(ledger.totals).toMatchObject({ predictions: 7, labels: 7, repeated: 0, corrections: 0 })
})

test('predictions of a step lie within it', () => {
  const count = countOf(scenario, 5)
  const last = { step: 5, index: count - 1 }
  expect(timeOf(scenario, last)).toBeLessThan(timeOf(scenario, { step: 6, index: 0 }))
  expect(idOf(last)).toBe(`5.${count - 1}`)
})

test('what is too late is as many lines as the ledger counts', () => {
  for (let step = 0; step < STEPS; step++) expect(refusedLines(step)).toHaveLength(refusedIn(step))
})

function fill() {
  const ledger = createLedger(scenario)
  for (let step = 0; step < STEPS; step++) ledger.add(step)
  return ledger
}

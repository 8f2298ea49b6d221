import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventsByDay, labelEvent, predictionEvent } from '../../../cli/demo/events.ts'
import { readFlights, type Flight } from '../../../cli/demo/flights.ts'
import { INCIDENTS, sendFeatures } from '../../../cli/demo/incident.ts'
import { fit, predict, score } from '../../../cli/demo/model.ts'
import { openStore, type Store } from '../../../store/engine/client.ts'

const at = (text: string) => Date.parse(text)

function flight(values: Partial<Flight> = {}): Flight {
  return {
    row: 7,
    ts: at('2001-02-03T17:05:00Z'),
    hour: 17,
    distance: 606,
    origin: 'ATL',
    destination: 'ORD',
    late: true,
    ...values,
  }
}

const model = fit([flight(), flight({ late: false }), flight({ late: false })])

describe('events', () => {
  it('writes predictions and labels in the wire format', () => {
    expect(predictionEvent(flight(), model)).toEqual({
      model: 'flights',
      id: 'ATL-ORD-7',
      ts: '2001-02-03T17:05:00.000Z',
      version: '1',
      features: { hour: 17, distance: 606, origin: 'ATL', destination: 'ORD' },
      prediction: predict(model, score(model, flight())),
      score: score(model, flight()),
    })
    const label = labelEvent(flight())
    expect(label).toMatchObject({ model: 'flights', id: 'ATL-ORD-7', label: 'late' })
    expect(label.prediction_ts).toBe('2001-02-03T17:05:00.000Z')
    const delay = (at(label.labelled_at) - at(label.prediction_ts)) / 3_600_000
    expect(delay).toBeGreaterThanOrEqual(20)
    expect(delay).toBeLessThan(30)
  })

  it('brings each label on the day it became known, over days without flights too', () => {
    const flights = [flight(), flight({ row: 8, ts: at('2001-02-06T01:00:00Z') })]
    const days = [...eventsByDay(flights, model)]
    expect(days.map(({ date }) => date).slice(0, 4)).toEqual([
      '2001-02-03',
      '2001-02-04',
      '2001-02-05',
      '2001-02-06',
    ])
    for (const day of days) {
      for (const { ts } of day.predictions) expect(ts.slice(0, 10)).toBe(day.date)
      for (const { labelled_at } of day.labels) expect(labelled_at.slice(0, 10)).toBe(day.date)
    }
    expect(days.flatMap((day) => day.predictions)).toHaveLength(2)
    expect(days.flatMap((day) => day.labels)).toHaveLength(2)
    expect([...eventsByDay([], model)]).toEqual([])
  })

  it('sends kilometres, and origins in lower case, during the incidents only', () => {
    const [kilometres, lowerCase] = INCIDENTS
    const sent = (ts: number, row = 7) => sendFeatures(flight({ ts, row }))
    const truth = { hour: 17, distance: 606, origin: 'ATL', destination: 'ORD' }
    expect(sent(kilometres.from - 1)).toEqual(truth)
    expect(sent(kilometres.from)).toEqual({ ...truth, distance: 975 })
    expect(sent(kilometres.to - 1)).toEqual({ ...truth, distance: 975 })
    expect(sent(kilometres.to)).toEqual(truth)
    expect((kilometres.to - kilometres.from) / 86_400_000).toBe(7)
    expect(sent(lowerCase.from, 9)).toEqual({ ...truth, origin: 'atl' })
    expect(sent(lowerCase.from, 10)).toEqual(truth)
    expect(sent(lowerCase.from - 1, 9)).toEqual(truth)
  })
})

describe('real flights', () => {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-flights-'))
  let store: Store
  let january: Flight[]

  beforeAll(async () => {
    store = await openStore({ path: directory }, 'memory')
    january = await readFlights(store.read, { from: at('2001-01-01'), to: at('2001-02-01'), every: 8 })
  })

  afterAll(async () => {
    await store?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  it('are read as typed rows in order of departure', () => {
    expect(january.length).toBeGreaterThan(60_000)
    expect(january.length).toBeLessThan(67_000)
    expect(new Set(january.map(({ row }) => row)).size).toBe(january.length)
    for (const [index, one] of january.entries()) {
      if (index > 0 && one.ts < (january[index - 1]?.ts ?? 0))
        throw new Error(`flight ${one.row} is out of order`)
      if (new Date(one.ts).getUTCHours() !== one.hour) throw new Error(`flight ${one.row} has another hour`)
    }
    expect(typeof january[0]?.distance).toBe('number')
    expect(typeof january[0]?.late).toBe('boolean')
    expect(january[0]?.origin).toMatch(/^[A-Z0-9]{3}$/)
  })

  it('are the same sample whatever the range asked for', async () => {
    const [from, to] = [at('2001-01-10'), at('2001-01-11')]
    const day = await readFlights(store.read, { from, to, every: 8 })
    expect(day).toEqual(january.filter(({ ts }) => ts >= from && ts < to))
    const all = await readFlights(store.read, { from, to, every: 1 })
    expect(all).toHaveLength(16_663)
  })

  it('are scored within three points of the truth in every tenth of January', () => {
    const fitted = fit(january)
    const scored = january
      .map((one) => ({ probability: score(fitted, one), late: Number(one.late) }))
      .sort((a, b) => a.probability - b.probability)
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    for (let tenth = 0; tenth < 10; tenth++) {
      const part = scored.slice((tenth * scored.length) / 10, ((tenth + 1) * scored.length) / 10)
      const gap = mean(part.map(({ probability }) => probability)) - mean(part.map(({ late }) => late))
      expect(Math.abs(gap)).toBeLessThan(0.03)
    }
    const predicted = january.filter((one) => predict(fitted, score(fitted, one)) === 'late')
    expect(predicted.length / january.length).toBeCloseTo(fitted.base, 2)
  })
})

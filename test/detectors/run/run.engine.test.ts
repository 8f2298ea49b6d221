import { beforeAll, describe, expect, test } from 'vitest'
import { evaluateColumn, type EvaluationRule } from '../../../detectors/verdict/evaluate.ts'
import { generationClock, rollup } from '../../../detectors/rollup/rollup.ts'
import { chosenReference, runAgainst } from '../../../detectors/run/run.ts'
import { activate, baselineFromWindow } from '../../../ingest/baseline/baseline.ts'
import { storePredictions } from '../../../ingest/intake/pipeline.ts'
import { createWriter } from '../../../ingest/intake/writer.ts'
import { activeBaseline } from '../../../control/declared/baselines.ts'
import { baselineColumns } from '../../../store/profiles/baselines.ts'
import { modelSchema } from '../../../control/declared/model.ts'
import { monitors, monitorSchema, type Monitor } from '../../../control/declared/monitor.ts'
import { rows } from '../../../store/engine/query.ts'
import { readResults, type Result } from '../../../store/results/results.ts'
import { openModels } from '../../../store/models.ts'
import type { Store } from '../../../store/engine/client.ts'
import { uniform } from '../../../bench/support.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 0, 1)
const model = modelSchema.parse({ name: 'm', task: 'binary', features: { x: 'numeric', c: 'categorical' } })
const monitor = monitorSchema.parse({ name: 'daily', model: 'm', window: '24h' })
const random = uniform(7)

let store: Store
let sent = 0

/** `perHour` predictions an hour over the days; x is uniform on [shift, shift + 1). */
async function send(fromDay: number, toDay: number, perHour: number, shift = 0): Promise<void> {
  const records = []
  for (let time = START + fromDay * DAY; time < START + toDay * DAY; time += HOUR) {
    for (let i = 0; i < perHour; i++) {
      const features = { x: random() + shift, c: random() < 0.5 ? 'a' : 'b' }
      records.push({
        value: { id: sent++, ts: time + i, features, prediction: random() < 0.3, score: random() },
      })
    }
  }
  const result = await storePredictions(
    { store, writer: createWriter(store), model, source: 'test', now: new Date() },
    records,
  )
  expect(result).toEqual({ accepted: records.length, rejected: [], erased: 0, warnings: [] })
  await rollup({ store, model, now: new Date(), nextGeneration: generationClock() })
}

async function evaluate(day: number, by = monitor): Promise<Map<string, Result>> {
  const end = new Date(START + day * DAY)
  const request = {
    store,
    model,
    monitor: by,
    stream: 'predictions',
    end,
    now: new Date(),
    codeVersion: 'test',
  } as const
  const { results } = await runAgainst((await chosenReference(store, model, by))!, request)
  return new Map(results.filter(({ kind }) => kind !== 'data').map((result) => [result.column, result]))
}

beforeAll(async () => {
  store = await temporaryStore()
  await openModels(store).declare(model, new Date())
})

test('a monitor that was stored before there was a choice compares with the active baseline, by PSI', async () => {
  const { baseline: _, decide: __, ...older } = monitor
  await monitors.put(store.control, 'older', { ...older, name: 'older' } as Monitor, new Date())
  expect(await monitors.find(store.control, 'older')).toEqual({ ...monitor, name: 'older' })
  expect((await monitors.list(store.control))[0].baseline).toBe('training')
})

describe('running a monitor', () => {
  test('without a baseline has nothing to compare with', async () => {
    expect(await chosenReference(store, model, monitor)).toBeUndefined()
  })

  test('on steady data gives ok for every column the baseline has', async () => {
    await send(0, 10, 100)
    const window = { from: new Date(START).toISOString(), to: new Date(START + 9 * DAY).toISOString() }
    await baselineFromWindow(store, { model, name: 'first days', source: { window }, now: new Date() })
    await activate(store, 'm', 1, new Date())
    await rollup({ store, model, now: new Date(), nextGeneration: generationClock() })
    const results = await evaluate(10)
    expect([...results].map(([column, { kind, verdict }]) => [column, kind, verdict])).toEqual([
      ['x', 'feature', 'ok'],
      ['c', 'feature', 'ok'],
      ['prediction', 'prediction', 'ok'],
      ['score', 'prediction', 'ok'],
    ])
  })

  test('finds a shifted feature, and blames no other column', async () => {
    await send(10, 11, 100, 0.3)
    const results = await evaluate(11)
    expect(results.get('x')).toMatchObject({ verdict: 'critical', reason: 'psi' })
    expect([...results.values()].filter(({ verdict }) => verdict !== 'ok')).toHaveLength(1)
    expect(results.get('x')!.statistics.psi).toBeGreaterThan(0.25)
  })

  test('extends a window without enough rows, and keeps the level of the configured one', async () => {
    await send(15, 20, 3)
    const results = await evaluate(20)
    const x = results.get('x')!
    expect(x.verdict).toBe('ok')
    expect(x.windowStart.getTime()).toBe(START + 16 * DAY)
    expect((x.rule as EvaluationRule).alpha).toBe(
      (((await evaluate(10)).get('x') as Result).rule as EvaluationRule).alpha,
    )
  })

  test('gives no verdict where even 30 days hold too few rows', async () => {
    const results = await evaluate(80)
    expect(results.get('x')).toMatchObject({ verdict: 'insufficient_data', reason: 'empty' })
  })

  test('stores what each result was computed from, so that it can be computed again', async () => {
    const results = await evaluate(11)
    const baseline = (await activeBaseline(store.control, 'm'))!
    for (const { name, binning } of await baselineColumns(store, model, baseline)) {
      const { id, rule, evaluation } = results.get(name)!
      const [stored] = await rows<Record<string, number[] & number & string>>(
        store.read,
        'SELECT * FROM results WHERE id = {id:String}',
        { id },
      )
      const side = (of: string) => ({
        counts: stored[`${of}_counts`],
        sums: stored[`${of}_sums`],
        squares: stored[`${of}_squares`],
      })
      const input = { binning, baseline: side('baseline'), window: side('window') }
      expect(evaluateColumn(input, rule as EvaluationRule)).toEqual(evaluation)
      expect(stored.baseline_hash).toBe(baseline.hash)
    }
  })

  test('evaluated again a window has one result, or where late rows came, the earlier one and a newer', async () => {
    const end = START + 11 * DAY
    const resultsOfX = async () => {
      const where = `kind = 'feature' AND column = 'x' AND window_end = toDateTime(${end / 1000})`
      return rows<{ id: string }>(store.read, `SELECT id FROM results FINAL WHERE ${where}`)
    }
    await evaluate(11)
    expect(await resultsOfX()).toHaveLength(1)
    await send(10, 10.5, 1, 0.3)
    await evaluate(11)
    expect(await resultsOfX()).toHaveLength(2)
    const period = {
      model: 'm',
      from: new Date(end - DAY),
      to: new Date(end),
      kind: 'feature',
      column: 'x',
      limit: 10,
    } as const
    const read = await readResults(store, period)
    expect(read).toHaveLength(1)
    expect(read[0]).toMatchObject({ column: 'x', verdict: 'critical', window_end: '2026-01-12T00:00:00Z' })
    expect(read[0].id).toBe((await evaluate(11)).get('x')!.id)
  })

  test('lets another statistic decide, which the result then names, with its thresholds', async () => {
    const declared = { name: 'by-ks', model: 'm', decide: 'ks', thresholds: { ks: { warning: 0.1, critical: 0.28 } } } // prettier-ignore
    const x = (await evaluate(11, monitorSchema.parse(declared))).get('x')!
    expect(x).toMatchObject({ verdict: 'critical', reason: 'ks', effect: x.statistics.ks })
    expect(x.rule).toMatchObject({ decide: 'ks', thresholds: { warning: 0.1, critical: 0.28 } })
  })
})

import type { MemberVerdict } from '../../domain/verdict.ts'
import { tick } from '../../service/schedule/scheduler.ts'
import { level } from '../../detectors/verdict/decide.ts'
import { DEFAULT_RULE, judgeColumn } from '../../detectors/verdict/judge.ts'
import { activate, baselineFromWindow } from '../../ingest/baseline/baseline.ts'
import { storePredictions } from '../../ingest/intake/pipeline.ts'
import { createWriter } from '../../ingest/intake/writer.ts'
import { listAlertEvents } from '../../control/alerting/alert-events.ts'
import { activeBaseline } from '../../control/declared/baselines.ts'
import { baselineColumns, type BaselineColumn } from '../../store/profiles/baselines.ts'
import { slotCount } from '../../store/profiles/binning.ts'
import type { Store } from '../../store/engine/client.ts'
import { modelSchema } from '../../control/declared/model.ts'
import { openModels } from '../../store/models.ts'
import { monitors, monitorSchema } from '../../control/declared/monitor.ts'
import type { Result } from '../../store/results/results.ts'
import { schedulerContext } from '../uniform-model.ts'
import { profileOf, simulatedColumns, testsOf } from './columns.ts'
import { Members } from './members.ts'
import { Random } from './random.ts'
import { hourlyRows, SlidingWindow, WINDOW_HOURS } from './sliding.ts'
import { slotFinder } from './slots.ts'

const HOUR_MS = 3_600_000
const START = Date.UTC(2026, 0, 5)

export interface RealMonitorOptions {
  features: number
  /** Rows a day. */
  rows: number
  days: number
  baselineDays: number
  seed: number
}

type Row = Record<string, number | string | null>

/**
 * The same rows through the real monitor (ingest, roll-up, scheduled checks, alerts, all in the engine) and through
 * the simulation's way. Halfway a feature begins to shift, so that there is something to agree on.
 * @returns verdicts compared, breaches and alerts among them
 * @throws Error at the first that differs
 */
export async function compareWithRealMonitor(store: Store, options: RealMonitorOptions) {
  const { features, rows, days, baselineDays, seed } = options
  const random = new Random(seed)
  const laws = simulatedColumns(features, false)
  const names = laws.map((_, i) => `f${i}`)
  const model = modelSchema.parse({
    name: 'simulated',
    task: 'regression',
    features: Object.fromEntries(laws.map(({ binning }, i) => [names[i], binning.kind])),
  })
  const monitor = monitorSchema.parse({ name: 'hourly', model: model.name, checks: ['feature'] })
  const models = openModels(store)
  await models.declare(model, new Date())
  await monitors.put(store.control, monitor.name, monitor, new Date())
  const writer = createWriter(store)
  const perHour = hourlyRows(rows)
  const shiftAt = (days * WINDOW_HOURS) / 2

  async function send(hour: number): Promise<Row[]> {
    const drawn = Array.from({ length: perHour[((hour % 24) + 24) % 24] }, () =>
      drawRow(random, laws, hour >= shiftAt),
    )
    const records = drawn.map((row, i) => ({
      value: { id: `${hour}-${i}`, ts: START + hour * HOUR_MS + i, prediction: 0, features: row },
    }))
    const { rejected } = await storePredictions(
      { store, writer, model, source: 'bench', now: new Date() },
      records,
    )
    if (rejected.length > 0) throw new Error(`a row was rejected: ${rejected[0].detail}`)
    return drawn
  }

  for (let hour = -baselineDays * 24; hour < 0; hour++) await send(hour)
  const window = {
    from: new Date(START - baselineDays * 24 * HOUR_MS).toISOString(),
    to: new Date(START).toISOString(),
  }
  await baselineFromWindow(store, { model, name: 'steady', source: { window }, now: new Date() })
  await activate(store, model.name, 1, new Date())
  const baseline = (await activeBaseline(store.control, model.name))!
  const columns = (await baselineColumns(store, model, baseline)).filter(({ role }) => role === 'feature')
  const simulated = simulate(columns)

  const results: Result[] = []
  const context = {
    ...schedulerContext(store, models),
    onResults: (found: readonly Result[]) => void results.push(...found),
  }
  const compared = { verdicts: 0, breaches: 0, alerts: 0 }
  const fired: string[] = []
  for (let hour = 0; hour < days * WINDOW_HOURS; hour++) {
    simulated.add(await send(hour))
    // Before a day has passed the window reaches into the baseline's days, which the simulation has not seen.
    if (hour < WINDOW_HOURS - 1) continue
    results.length = 0
    await tick(context, new Date(START + (hour + 1) * HOUR_MS + monitor.grace))
    const expected = simulated.evaluate(hour)
    for (const [i, { name }] of columns.entries()) {
      const real = results.find(({ column }) => column === name)
      const own = expected.judgements[i]
      if (real?.verdict !== own.verdict || real.reason !== own.reason || real.effect !== own.effect)
        throw new Error(`hour ${hour}, ${name}: ${real?.verdict} ${real?.effect} by the monitor, ${own.verdict} ${own.effect} here`) // prettier-ignore
      compared.verdicts++
      if (own.verdict === 'warning' || own.verdict === 'critical') compared.breaches++
    }
    fired.push(...expected.fired.map((i) => `${columns[i].name} ${hour + 1}`))
  }
  const events = await listAlertEvents(store.control, { scope: 'member', limit: 1000 })
  const real = events
    .filter(({ reason }) => reason === 'firing')
    .map(({ column, windowEnd }) => `${column} ${(windowEnd.getTime() - START) / HOUR_MS}`)
  if (real.toSorted().join() !== fired.toSorted().join())
    throw new Error(
      `the monitor fired ${real.join(', ') || 'nothing'}; here ${fired.join(', ') || 'nothing'} did`,
    )
  return { ...compared, alerts: fired.length }
}

/** A row of values that fall as the laws say; with `shifted` the first feature has moved. */
function drawRow(random: Random, laws: ReturnType<typeof simulatedColumns>, shifted: boolean): Row {
  const values = laws.map(({ binning, law }, i): [string, number | string | null] => {
    const slot = law.cell(random)
    if (slot === 0) return [`f${i}`, null]
    if (binning.kind === 'categorical') return [`f${i}`, binning.categories[slot - 1] ?? 'unlisted']
    return [`f${i}`, (slot - random.next()) / 10 + (shifted && i === 0 ? 0.25 : 0)]
  })
  return Object.fromEntries(values)
}

/** The simulation's way over the product's bins: counts by hour, the judge, the transition. */
function simulate(columns: readonly BaselineColumn[]) {
  const finders = columns.map(({ binning }) => slotFinder(binning))
  const sliding = new SlidingWindow(columns.map(({ binning }) => slotCount(binning)))
  const members = new Members(columns.length)
  const rule = { ...DEFAULT_RULE, alpha: level(WINDOW_HOURS * HOUR_MS, 1, testsOf(columns)) }
  return {
    add(rows: readonly Row[]) {
      sliding.advance((counts) => {
        for (const row of rows)
          for (const [i, { name }] of columns.entries()) counts[i][finders[i](row[name])]++
      })
    },
    evaluate(hour: number) {
      const judgements = columns.map(({ binning, profile }, i) =>
        judgeColumn({ binning, baseline: profile, window: profileOf(sliding.window[i]) }, rule),
      )
      const verdicts: MemberVerdict[] = judgements.map(({ verdict }) => verdict)
      return { judgements, fired: members.step(hour, verdicts).fired }
    },
  }
}

import { HOUR_MS, DAY_MS, WEEK_MS } from '../../domain/time.ts'
import { changeMarks } from '../../detectors/performance/change-marks.ts'
import { estimateColumns } from '../../detectors/performance/estimate-window.ts'
import { primaryMetric } from '../../detectors/performance/judge-performance.ts'
import { performanceMetrics } from '../../detectors/performance/metrics.ts'
import { performanceSums } from '../../detectors/performance/sums.ts'
import { resolveLabelDelay } from '../../detectors/run/resolve-label-delay.ts'
import { activeBaseline, type Baseline } from '../../control/declared/baselines.ts'
import type { Model } from '../../control/declared/model.ts'
import type { Store } from '../../store/engine/client.ts'
import { readBaselineLabelledSegments, type LabelledColumn } from '../../store/labelled/labelled-profiles.ts'
import { LABEL_KINDS } from '../../domain/drift-kind.ts'
import { monitors } from '../../control/declared/monitor.ts'
import { addSpans, toChange, toPerformance, type PerformanceContext } from '../answers/performance.ts'
import { comparedLabels } from '../compared-labels.ts'
import { modelOr404, type ApiContext } from '../context.ts'
import type { performanceRoutes } from '../contract/performance.ts'
import { MAX_POINTS } from '../contract/results.ts'
import { chosenMetric, readFacts, readLosses } from '../performance-reads.ts'
import { period } from '../period.ts'
import { invalid } from '../problem.ts'
import type { HandlersOf } from '../router.ts'

/** Longer periods come by days. */
const MAX_BY_HOURS_MS = 2 * DAY_MS

/** How well a model does, as far as labels tell, and how well it should. */
export const performanceHandlers: HandlersOf<typeof performanceRoutes> = (context) => ({
  async getPerformance({ params, query }) {
    const { store, clock } = context
    const model = await modelOr404(context, params.model)
    const { baseline, columns, scale, labelled } = await comparedLabels(context, model, query.version)
    const errors = await binErrorsOf(store, model, baseline)
    const estimated = estimateColumns(model.task, columns, scale, [...labelled, ...errors])
    const shared: PerformanceContext = {
      task: model.task,
      columns,
      scale,
      baseline: [...labelled, ...errors],
      estimated: typeof estimated === 'string' ? undefined : estimated,
    }
    const { from, to, step, stepMs } = stepsOf(query, clock())
    const facts = await readFacts(context, shared, baseline, { from, to, stepMs, version: query.version })
    // A young version tells little on how long labels take.
    const delay = await delayOf(context, (await activeBaseline(store.control, model.name)) ?? baseline)
    const own = performanceSums(labelled, columns, scale)
    const primary =
      (await chosenMetric(context, model.name, query.monitor)) ?? primaryMetric(model.task, own.losses)
    const mature = (end: number) => delay !== undefined && end + delay.delay <= clock().getTime()
    const losses = await readLosses(context, baseline, { to, version: query.version })
    const changes = changeMarks(
      primary,
      own.losses,
      losses.filter(({ time }) => mature(time + HOUR_MS)),
    )
    return {
      status: 200,
      body: {
        from: from.toISOString(),
        to: to.toISOString(),
        step,
        primary,
        label_delay: delay === undefined ? null : { hours: delay.delay / HOUR_MS, source: delay.source },
        no_estimate: typeof estimated === 'string' ? estimated : null,
        baseline: {
          version: baseline.version,
          hash: baseline.hash,
          name: baseline.name,
          labelled: own.losses.rows,
          metrics: performanceMetrics(model.task, own),
        },
        total: toPerformance(shared, addSpans([...facts.values()])),
        changes: changes.filter(({ time }) => time >= from.getTime()).map(toChange),
        points: [...facts].map(([time, fact]) => ({
          time: new Date(time).toISOString(),
          mature: delay === undefined ? null : mature(time + stepMs),
          ...toPerformance(shared, fact),
        })),
      },
    }
  },
})

/** What a regression is estimated from besides: the errors of the baseline by bins. */
async function binErrorsOf(store: Store, { task }: Model, baseline: Baseline): Promise<LabelledColumn[]> {
  return task === 'regression' ? readBaselineLabelledSegments(store, baseline, [''], 'bin_losses') : []
}

function stepsOf(
  query: { from?: Date | undefined; to?: Date | undefined; step?: '1h' | '1d' | undefined },
  now: Date,
) {
  const hourly = period(query, now, WEEK_MS, HOUR_MS)
  const byHours = hourly.to.getTime() - hourly.from.getTime() <= MAX_BY_HOURS_MS
  const step = query.step ?? (byHours ? '1h' : '1d')
  const stepMs = step === '1h' ? HOUR_MS : DAY_MS
  const { from, to } = step === '1h' ? hourly : period(query, now, WEEK_MS, DAY_MS)
  const steps = (to.getTime() - from.getTime()) / stepMs
  if (steps > MAX_POINTS)
    throw invalid('from', `${steps} ${step === '1h' ? 'hours' : 'days'} are more than ${MAX_POINTS} points`)
  return { from, to, step, stepMs }
}

/** The longest delay that a monitor of labels declares, or else what labels show. */
async function delayOf({ store, clock }: ApiContext, baseline: Baseline) {
  const declared = (await monitors.list(store.control)).flatMap(({ model: of, checks, label_delay }) =>
    of === baseline.model && checks.some((kind) => LABEL_KINDS.includes(kind)) ? (label_delay ?? []) : [],
  )
  const label_delay = declared.length === 0 ? undefined : Math.max(...declared)
  return resolveLabelDelay(store, { label_delay }, baseline, clock())
}

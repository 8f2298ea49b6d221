import { activeBaseline, listBaselines, type Baseline } from '../../../control/declared/baselines.ts'
import type { Model } from '../../../control/declared/model.ts'
import { LEAST_ROWS, suggestConstraints } from '../../../detectors/quality/suggest-constraints.ts'
import { besideDeclared } from '../../../detectors/quality/suggested-feature.ts'
import { baselineColumns } from '../../../store/profiles/baselines.ts'
import { HOUR_MS, WEEK_MS } from '../../../domain/time.ts'
import { readInputProblems } from '../../../store/events/input-problems.ts'
import { modelOr404, type ApiContext } from '../../context.ts'
import { MAX_PROBLEMS, type qualityRoutes } from '../../contract/data-quality/quality.ts'
import { period } from '../../period.ts'
import { notFound, Problem } from '../../problem.ts'
import type { HandlersOf } from '../../router.ts'

/** What came otherwise than it was declared, and what could be declared of features. */
export const qualityHandlers: HandlersOf<typeof qualityRoutes> = (context) => ({
  async getQuality({ params, query }) {
    const { name } = await modelOr404(context, params.model)
    const range = period(query, context.clock(), WEEK_MS, HOUR_MS)
    const found = await readInputProblems(context.store, name, range, {
      limit: MAX_PROBLEMS,
      field: query.field,
    })
    const problems = found.map(({ field, reason, events, lastReceived, example, resembles, hours }) => ({
      field,
      reason,
      count: events,
      last_received: new Date(lastReceived).toISOString(),
      example,
      ...(resembles === '' ? {} : { resembles }),
      hours: hours.map(([second, count]) => ({ hour: new Date(second * 1000).toISOString(), count })),
    }))
    return {
      status: 200,
      body: { from: range.from.toISOString(), to: range.to.toISOString(), problems },
    }
  },
  async suggestConstraints({ params, query }) {
    const model = await modelOr404(context, params.model)
    const baseline = await baselineToUse(context, model, query.baseline)
    const columns = await baselineColumns(context.store, model, baseline)
    const found = new Map(columns.flatMap((one) => (one.role === 'feature' ? [[one.name, one]] : [])))
    const hasEnough = baseline.rows >= LEAST_ROWS
    const features = model.features.flatMap((feature) => {
      const column = found.get(feature.name)
      return column === undefined || !hasEnough ? [] : [besideDeclared(feature, suggestConstraints(column))]
    })
    const { version, name, rows } = baseline
    return {
      status: 200,
      body: {
        model: model.name,
        baseline: { version, name, rows },
        rows_needed: LEAST_ROWS,
        features,
        not_in_baseline: model.features.map((one) => one.name).filter((one) => !found.has(one)),
      },
    }
  },
})

async function baselineToUse(
  { store: { control } }: ApiContext,
  { name }: Model,
  version: number | undefined,
): Promise<Baseline> {
  if (version === undefined) {
    const active = await activeBaseline(control, name)
    if (active !== undefined) return active
    throw new Problem(
      409,
      'No baseline',
      `The model "${name}" has no active baseline, from which constraints could be derived. Create one from a file or from stored predictions.`,
    )
  }
  const found = (await listBaselines(control, name)).find((one) => one.version === version)
  if (found === undefined) throw notFound(`baseline ${version} of model "${name}"`)
  return found
}

import type { Feature, Model } from '../../../control/declared/model.ts'
import { DEFAULT_SKEW, meanOverBoth, type SkewCounts } from '../../../domain/skew.ts'
import { HOUR_MS, WEEK_MS } from '../../../domain/time.ts'
import { readSkew, readSkewExamples, readSkewSeries } from '../../../store/skew/read-skew.ts'
import { modelOr404, type ApiContext } from '../../context.ts'
import { MAX_SKEW_POINTS, type skewRoutes } from '../../contract/data-quality/skew.ts'
import { period } from '../../period.ts'
import { notFound } from '../../problem.ts'
import type { HandlersOf } from '../../router.ts'

/** What was served against what was computed offline. */
export const skewHandlers: HandlersOf<typeof skewRoutes> = (context) => ({
  async getSkew({ params, query }) {
    const model = await modelOr404(context, params.model)
    const range = period(query, context.clock(), WEEK_MS, HOUR_MS)
    const only = query.column === undefined ? undefined : featureOf(model, query.column)
    const features = only === undefined ? model.features : [only]
    const found = await readSkew(context.store, model, range, features)
    const hours = stepHours(range)
    const detail = only && (await detailOf(context, model, only, { ...range, hours }))
    const { tolerance, absolute } = model.skew ?? DEFAULT_SKEW
    return {
      status: 200,
      body: {
        from: range.from.toISOString(),
        to: range.to.toISOString(),
        tolerance,
        absolute_tolerance: absolute,
        has_reference: found.hasReference,
        rows: found.rows,
        unmatched: found.unmatched,
        unmatched_without_ts: found.unmatchedWithoutTime,
        step_hours: hours,
        columns: features
          .flatMap((feature) => {
            const counts = found.columns.get(feature.name)
            return counts === undefined ? [] : [{ ...columnAnswer(feature, counts), ...detail }]
          })
          .sort((a, b) => (b.share ?? -1) - (a.share ?? -1)),
      },
    }
  },
})

function featureOf(model: Model, name: string): Feature {
  const found = model.features.find((feature) => feature.name === name)
  if (found === undefined) throw notFound(`feature "${name}" of model "${model.name}"`)
  return found
}

interface Range {
  from: Date
  to: Date
}

function stepHours({ from, to }: Range): number {
  return Math.max(1, Math.ceil((to.getTime() - from.getTime()) / HOUR_MS / MAX_SKEW_POINTS))
}

function columnAnswer({ name, kind }: Feature, counts: SkewCounts) {
  const isNumeric = kind === 'numeric'
  return {
    column: name,
    rows: counts.rows,
    differing: counts.differing,
    share: counts.rows === 0 ? null : counts.differing / counts.rows,
    missing_served: counts.missingServed,
    missing_reference: counts.missingReference,
    mean_difference: isNumeric ? meanOverBoth(counts.difference, counts) : null,
    mean_absolute_difference: isNumeric ? meanOverBoth(counts.absolute, counts) : null,
  }
}

async function detailOf(
  { store }: ApiContext,
  model: Model,
  feature: Feature,
  range: Range & { hours: number },
) {
  const series = await readSkewSeries(store, model, feature, range)
  const examples = await readSkewExamples(store, model, feature, range)
  return {
    series: series.map(({ at, ...counts }) => ({ from: new Date(at).toISOString(), ...counts })),
    examples: examples.map(({ ts, ...example }) => ({ ...example, ts: new Date(ts).toISOString() })),
  }
}

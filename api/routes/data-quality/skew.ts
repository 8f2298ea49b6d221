import type { Feature, Model } from '../../../control/declared/model.ts'
import { baselinesInUse } from '../../../detectors/run/compared-baseline.ts'
import { DEFAULT_SKEW, meanOverBoth, totalSkew } from '../../../domain/skew.ts'
import { HOUR_MS, WEEK_MS } from '../../../domain/time.ts'
import { readSkew, type SkewPart } from '../../../store/skew/read-skew.ts'
import { readSkewExamples, type SkewExample } from '../../../store/skew/skew-examples.ts'
import { modelOr404 } from '../../context.ts'
import { MAX_SKEW_POINTS, type skewRoutes } from '../../contract/data-quality/skew.ts'
import { period } from '../../period.ts'
import { notFound } from '../../problem.ts'
import type { HandlersOf } from '../../router.ts'

/** What was served against what was computed offline. */
export const skewHandlers: HandlersOf<typeof skewRoutes> = (context) => ({
  async getSkew({ params, query }) {
    const { store, clock } = context
    const model = await modelOr404(context, params.model)
    const now = clock()
    const { from, to } = period(query, now, WEEK_MS, HOUR_MS)
    const feature = query.column === undefined ? undefined : featureOf(model, query.column)
    const inUse = await baselinesInUse(store, model.name)
    // Under the bins of a version's own baseline only its rows are counted.
    const binning = inUse.find(({ versions }) => versions === undefined)?.baseline.binning
    const counted = { binning, from, to }
    const hours = stepHours(counted)
    const found = await readSkew(store, model, { ...counted, hours, now, feature })
    const examples = feature && (await readSkewExamples(store, model, feature, counted))
    const { tolerance, absolute } = model.skew ?? DEFAULT_SKEW
    return {
      status: 200,
      body: {
        from: from.toISOString(),
        to: to.toISOString(),
        tolerance,
        absolute_tolerance: absolute,
        has_reference: found.hasReference,
        has_baseline: binning !== undefined,
        not_counted: found.notCounted,
        other_tolerance: found.otherTolerance,
        rows: found.rows,
        unmatched: found.unmatched,
        unmatched_without_ts: found.unmatchedWithoutTime,
        step_hours: hours,
        columns: !found.hasReference
          ? []
          : (feature === undefined ? model.features : [feature])
              .map((one) => {
                const parts = found.columns.get(one.name) ?? []
                return {
                  ...columnAnswer(one, parts),
                  ...(examples && { series: parts.map(pointAnswer), examples: examples.map(exampleAnswer) }),
                }
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

function columnAnswer({ name, kind }: Feature, parts: readonly SkewPart[]) {
  const counts = totalSkew(parts)
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

const pointAnswer = ({ at, rows, differing }: SkewPart) => ({
  from: new Date(at).toISOString(),
  rows,
  differing,
})

const exampleAnswer = ({ ts, ...example }: SkewExample) => ({ ...example, ts: new Date(ts).toISOString() })

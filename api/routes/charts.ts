import { sum } from '../../domain/sum.ts'
import { HOUR_MS, DAY_MS, WEEK_MS } from '../../domain/time.ts'
import { rowsOf } from '../../detectors/verdict/column-input.ts'
import type { Baseline } from '../../control/declared/baselines.ts'
import { baselineColumn, baselineSegments, type BaselineColumn } from '../../store/profiles/baselines.ts'
import { slotCount, type ColumnBinning, type ColumnProfile } from '../../store/profiles/binning.ts'
import { classScoreColumn, scoredClass } from '../../store/profiles/class-scores.ts'
import { readColumnProfile } from '../../store/profiles/column-profiles.ts'
import { modelColumns } from '../../control/declared/model.ts'
import type { Store } from '../../store/engine/client.ts'
import { readVolume } from '../../store/views/volume.ts'
import { binsOf } from '../answers/bins.ts'
import { baselineOr409, modelOr404 } from '../context.ts'
import type { chartRoutes } from '../contract/charts.ts'
import { MAX_POINTS } from '../contract/results.ts'
import { period } from '../period.ts'
import { invalid, notFound, Problem } from '../problem.ts'
import type { HandlersOf } from '../router.ts'

/** What the charts of a model and of a column show. */
export const chartHandlers: HandlersOf<typeof chartRoutes> = (context) => ({
  async getDistribution({ params, query }) {
    const { store } = context
    const model = await modelOr404(context, params.model)
    const category = model.task === 'multiclass' ? scoredClass(params.column) : undefined
    const all = [...modelColumns(model), ...(category === undefined ? [] : [classScoreColumn(category)])]
    const known = all.find(
      ({ name, role }) => name === params.column && (query.role === undefined || role === query.role),
    )
    if (known === undefined) throw notFound(`column "${params.column}" of model "${model.name}"`)
    const version = query.version === '' ? undefined : query.version
    const baseline = await baselineOr409(context, model, version)
    const { name, role, kind } = known
    const column = await baselineColumn(store, baseline, known)
    if (column === undefined)
      throw new Problem(409, 'Not in the baseline', `Baseline ${baseline.version} has no column "${name}".`)
    const { from, to } = period(query, context.clock(), DAY_MS, HOUR_MS)
    const { binning } = baseline
    const { segment = '' } = query
    const stored = await readColumnProfile(store, { model: model.name, binning, role, column: name, from, to, segment, version }) // prettier-ignore
    const window = stored ?? emptyProfile(column.binning)
    const compared = segment === '' ? column.profile : await segmentProfile(store, baseline, column, segment)
    const bins = binsOf({ binning: column.binning, baseline: compared, window })
    const parts = bins.flatMap(({ contribution }) => (contribution === null ? [] : [contribution]))
    return {
      status: 200,
      body: {
        model: model.name,
        column: name,
        role,
        kind,
        from: from.toISOString(),
        to: to.toISOString(),
        baseline: {
          ...side(compared),
          version: baseline.version,
          hash: baseline.hash,
          name: baseline.name,
        },
        window: side(window),
        psi: parts.length === 0 ? null : sum(parts),
        bins,
      },
    }
  },
  async getVolume({ params, query }) {
    const { name } = await modelOr404(context, params.model)
    const hourly = period(query, context.clock(), WEEK_MS, HOUR_MS)
    const byHour = (hourly.to.getTime() - hourly.from.getTime()) / HOUR_MS <= MAX_POINTS
    const stepMs = byHour ? HOUR_MS : DAY_MS
    const { from, to } = byHour ? hourly : period(query, context.clock(), WEEK_MS, DAY_MS)
    const steps = (to.getTime() - from.getTime()) / stepMs
    if (steps > MAX_POINTS) throw invalid('from', `${steps} days are more than ${MAX_POINTS} points`)
    const volume = await readVolume(context.store, name, { from, to, stepMs })
    const { predictions, labels, deadLetters } = volume
    const points = Array.from({ length: steps }, (_, i) => {
      const at = from.getTime() + i * stepMs
      return {
        time: new Date(at).toISOString(),
        predictions: predictions.get(at) ?? 0,
        labels: labels.get(at) ?? 0,
        dead_letters: deadLetters.get(at) ?? 0,
      }
    })
    const step = byHour ? ('1h' as const) : ('1d' as const)
    return {
      status: 200,
      body: {
        from: from.toISOString(),
        to: to.toISOString(),
        step,
        pending_labels: volume.pendingLabels,
        unmatched_labels: volume.unmatchedLabels,
        misplaced_labels: volume.misplacedLabels,
        points,
      },
    }
  },
})

async function segmentProfile(store: Store, baseline: Baseline, column: BaselineColumn, segment: string) {
  const [found] = await baselineSegments(store, baseline, [segment], column)
  return found?.profile ?? emptyProfile(column.binning)
}

function emptyProfile(binning: ColumnBinning): ColumnProfile {
  return { counts: new Array<number>(slotCount(binning)).fill(0), sums: [], squares: 0 }
}

function side(profile: ColumnProfile) {
  const { n, missing } = rowsOf(profile)
  return { rows: n, missing }
}

import { HOUR_MS, DAY_MS } from '../../domain/time.ts'
import { countedSegments } from '../../detectors/run/slices.ts'
import { activeBaseline } from '../../control/declared/baselines.ts'
import { parseSegmentKey } from '../../store/profiles/segments.ts'
import { countSlices, type SliceRows } from '../../store/profiles/slicing.ts'
import { newestPrediction } from '../../store/events/predictions.ts'
import { modelOr404 } from '../context.ts'
import type { segmentRoutes } from '../contract/segments.ts'
import { period } from '../period.ts'
import type { HandlersOf } from '../router.ts'

const DEFAULT_PERIOD_MS = 30 * DAY_MS
/** Three columns have no more segments; so many versions fill any picker. */
const MAX_VALUES = 100

/** What rows of a model are split by. */
export const segmentHandlers: HandlersOf<typeof segmentRoutes> = (context) => ({
  async listSegments({ params, query }) {
    const { store, clock } = context
    const model = await modelOr404(context, params.model)
    const newest = (await newestPrediction(store, model.name)) ?? clock()
    const { from, to } = period(query, newest, DEFAULT_PERIOD_MS, HOUR_MS)
    const baseline = await activeBaseline(store.control, model.name)
    const columns = baseline === undefined ? [] : countedSegments(model, baseline).map(({ column }) => column)
    const count = (by: 'segment' | 'version') =>
      baseline === undefined
        ? []
        : countSlices(
            store,
            { model: model.name, binning: baseline.binning, spans: [{ from, to }] },
            by,
            MAX_VALUES,
          )
    const segments = (await count('segment')).flatMap(toSegment)
    return {
      status: 200,
      body: {
        from: from.toISOString(),
        to: to.toISOString(),
        columns,
        segments: segments.filter(({ column }) => columns.includes(column)),
        versions: (await count('version')).map(({ slice, rows, shadow }) => ({
          version: slice,
          rows,
          shadow,
        })),
      },
    }
  },
})

function toSegment({ slice, rows }: SliceRows) {
  const parsed = parseSegmentKey(slice)
  if (parsed === undefined) return []
  const { column, part } = parsed
  const [kind, value] = typeof part === 'string' ? [part, null] : (['value', part.value] as const)
  return [{ segment: slice, column, part: kind, value, rows }]
}

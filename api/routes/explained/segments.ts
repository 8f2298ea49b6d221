import { rowsOf } from '../../../detectors/verdict/column-input.ts'
import { effectWithout } from '../../../detectors/verdict/effect-without.ts'
import { DEFAULT_RULE, type VerdictRule } from '../../../detectors/verdict/judge.ts'
import { toProfile } from '../../../detectors/reproduce/reevaluate.ts'
import type { ApiContext } from '../../context.ts'
import { contributionsOf } from '../../answers/bins.ts'
import { findResult, type StoredResult } from '../../../store/results/result-detail.ts'
import { readResults } from '../../../store/results/results.ts'
import { MAX_SEGMENTS, type explainingSegmentsRoutes } from '../../contract/explained/segments.ts'
import { notFound, Problem } from '../../problem.ts'
import type { HandlersOf } from '../../router.ts'

/** Columns of a model have fewer segments and versions than this. */
const MOST_RESULTS = 2_000

/** Which segments a drift of the whole model comes from. */
export const explainingSegmentsHandlers: HandlersOf<typeof explainingSegmentsRoutes> = (context) => ({
  async getExplainingSegments({ params }) {
    const { store } = context
    const whole = await findResult(store, params.result)
    if (whole === undefined) throw notFound(`result ${params.result}`)
    const { bins: binning, effect } = whole
    if (whole.segment !== '' || whole.version !== '')
      throw new Problem(
        409,
        'Not of the whole model',
        'Only results of the whole model are split by segment.',
      )
    if (binning === null || effect === null || contributionsOf(whole).length === 0)
      throw new Problem(409, 'Nothing to split', 'The result has no bins, or no effect.')
    const rule = { ...DEFAULT_RULE, ...(whole.rule as VerdictRule) }
    const input = { binning, ...profilesOf(whole) }
    const rows = rowsOf(input.window).n
    const parts = await partsOf(context, whole)
    const compared = parts.slice(0, MAX_SEGMENTS)
    const segments = []
    for (const { id } of compared) {
      const part = await findResult(store, id)
      if (part === undefined || !isComparable(part, whole)) continue
      const profiles = profilesOf(part)
      const without = effectWithout(input, profiles, rule)
      const own = rowsOf(profiles.window).n
      segments.push({
        segment: part.segment,
        result: part.id,
        rows: own,
        share: rows > 0 ? own / rows : 0,
        effect_without: without ?? null,
        explains: without === undefined || effect <= 0 ? null : (effect - without) / effect,
      })
    }
    segments.sort(
      (a, b) => (b.explains ?? -Infinity) - (a.explains ?? -Infinity) || (a.segment < b.segment ? -1 : 1),
    )
    return { status: 200, body: { effect, segments, left_out: parts.length - segments.length } }
  },
})

const profilesOf = ({ baseline, window }: StoredResult) => ({
  baseline: toProfile(baseline.profile),
  window: toProfile(window.profile),
})

/** The results of the segments in the same window, the largest effect first. */
async function partsOf({ store }: ApiContext, whole: StoredResult) {
  const { model, monitor, kind, column } = whole
  const to = new Date(whole.window_end)
  const from = new Date(to.getTime() - 1000)
  const found = await readResults(store, {
    model,
    monitor,
    kind,
    column,
    from,
    to,
    version: '',
    limit: MOST_RESULTS,
  })
  return found
    .filter(({ segment }) => segment !== '')
    .toSorted((a, b) => (b.effect ?? -Infinity) - (a.effect ?? -Infinity))
}

/** Whether a part was counted over the same hours and bins, and compared with the same baseline. */
function isComparable(part: StoredResult, whole: StoredResult): boolean {
  return (
    part.binning === whole.binning &&
    part.baseline.hash === whole.baseline.hash &&
    Date.parse(part.window_start) === Date.parse(whole.window_start)
  )
}

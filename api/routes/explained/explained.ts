import { HOUR_MS, WEEK_MS } from '../../../domain/time.ts'
import { explainSides } from '../../../detectors/performance/explain-loss/explain-sides.ts'
import { primaryMetric } from '../../../detectors/performance/judge-performance.ts'
import { labelledOf, readLabelledSliced } from '../../../store/labelled/labelled-profiles.ts'
import { lossSumsOf } from '../../../store/labelled/loss-sums.ts'
import { WHOLE_MODEL } from '../../../store/profiles/slicing.ts'
import { toExplained } from '../../answers/explained.ts'
import { comparedLabels } from '../../compared-labels.ts'
import { modelOr404 } from '../../context.ts'
import type { explainedRoutes } from '../../contract/explained/explained.ts'
import { period } from '../../period.ts'
import type { HandlersOf } from '../../router.ts'
import { chosenMetric } from '../../performance-reads.ts'

/** What explains a change of the loss over a period. */
export const explainedHandlers: HandlersOf<typeof explainedRoutes> = (context) => ({
  async getPerformanceExplained({ params, query: { version, monitor, ...asked } }) {
    const { store, clock } = context
    const model = await modelOr404(context, params.model)
    const { baseline, columns, scale, labelled } = await comparedLabels(context, model, version, 'bin_losses')
    const { from, to } = period(asked, clock(), WEEK_MS, HOUR_MS)
    const query = { model: model.name, binning: baseline.binning, version, spans: [{ from, to }] }
    const sides = {
      baseline: labelled,
      window: await readLabelledSliced(store, query, WHOLE_MODEL, 'bin_losses'),
    }
    const metric =
      (await chosenMetric(context, model.name, monitor)) ??
      primaryMetric(model.task, lossSumsOf(labelledOf(sides.baseline, 'loss')))
    const { explained, input } = explainSides(sides, columns, scale, metric)
    return {
      status: 200,
      body: {
        from: from.toISOString(),
        to: to.toISOString(),
        baseline: { version: baseline.version, name: baseline.name },
        explained: toExplained(metric, explained, input),
      },
    }
  },
})

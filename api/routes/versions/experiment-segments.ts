import type { z } from 'zod'
import type { Experiment } from '../../../control/declared/experiment.ts'
import type { ExperimentStanding } from '../../../control/experiments/experiment-state.ts'
import { SEGMENT_LEVEL } from '../../../detectors/experiment/segments.ts'
import { compareInSegments } from '../../../detectors/run/experiments/segments.ts'
import { segmentKey } from '../../../store/profiles/segments.ts'
import { modelOr404, type ApiContext } from '../../context.ts'
import type { experimentRoutes } from '../../contract/versions/experiments.ts'

type Answer = z.input<(typeof experimentRoutes)['getExperimentSegments']['answers'][200]>

/** How the versions compare within the segments of their model, over the hours that are mature. */
export async function segmentsAnswer(
  context: ApiContext,
  experiment: Experiment,
  standing: ExperimentStanding | undefined,
): Promise<Answer> {
  const model = await modelOr404(context, experiment.model)
  const answer = { columns: model.segments, level: SEGMENT_LEVEL }
  if (standing === undefined || standing.matureUntil === null)
    return { ...answer, from: null, to: null, segments: [] }
  const { startedAt, matureUntil } = standing
  const span = { from: startedAt, to: new Date(matureUntil) }
  const found = await compareInSegments(context.store, { model, experiment }, span)
  return {
    ...answer,
    from: startedAt.toISOString(),
    to: matureUntil,
    segments: found.map(({ column, value, isWorse, ...numbers }) => ({
      segment: segmentKey({ column, part: value === null ? 'missing' : { value } }),
      column,
      value,
      ...numbers,
      worse: isWorse,
    })),
  }
}

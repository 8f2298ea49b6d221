import { wrongExperimentMetric, type Experiment } from '../../control/declared/experiment.ts'
import { notDeclared } from '../problem.ts'
import { channelErrors } from './channel-errors.ts'
import type { Declared } from './declared.ts'

/** Refuses an experiment of a model that is not declared, on a metric that the model does not have, or told to no channel. */
export async function checkExperiment(experiment: Experiment, declared: Declared): Promise<void> {
  const model = await declared.model(experiment.model)
  const wrong = model && wrongExperimentMetric(model.task, experiment.metric)
  notDeclared([
    ...(model === undefined ? [{ path: 'model', message: `there is no model "${experiment.model}"` }] : []),
    ...(wrong === undefined ? [] : [{ path: 'metric', message: wrong }]),
    ...channelErrors(await declared.channels(), experiment.channels, 'channels'),
  ])
}

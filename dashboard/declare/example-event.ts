import { featureOf } from '../feature-form.ts'
import type { Answer } from '../queries/answer.ts'

type Model = Pick<Answer<'getModel'>, 'task' | 'positive' | 'features'>

const ID = 'order-1'
/** An example with more would not be read. */
export const MAX_EXAMPLE_FEATURES = 20

/** A prediction that the service would store, to be copied and changed. */
export function exampleEvent({ task, positive, features }: Model, now: Date): Record<string, unknown> {
  const shown = Object.entries(features).slice(0, MAX_EXAMPLE_FEATURES)
  const outcome =
    task === 'regression' ? { prediction: 42 } : { prediction: exampleClass({ task, positive }), score: 0.61 }
  return {
    id: ID,
    ts: `${now.toISOString().slice(0, 19)}Z`,
    version: '1',
    features: Object.fromEntries(
      shown.map(([name, feature]) => [name, featureOf(feature).kind === 'numeric' ? 1.5 : 'a']),
    ),
    ...outcome,
  }
}

/** What turned out to be true of that prediction. */
export const exampleLabel = ({ task, positive }: Pick<Model, 'task' | 'positive'>) => ({
  id: ID,
  label: task === 'regression' ? 40.5 : exampleClass({ task, positive }),
})

const exampleClass = ({ task, positive }: Pick<Model, 'task' | 'positive'>) =>
  task === 'binary' ? (positive ?? '1') : 'class-a'

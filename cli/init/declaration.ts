import type { Model } from '../../control/declared/model.ts'
import { declarationOf } from '../../control/declared/model.ts'
import type { Outcome } from '../../ingest/baseline/outcome-columns.ts'
import { yamlText } from '../shared/yaml.ts'
import type { Rhythm } from './windows.ts'

/** Where alerts go. */
export interface Destination {
  /** The declaration of a channel, without its name. */
  channel: object
  /** Names of the environment variables that the service needs for it. */
  variables: readonly string[]
  /** Whether the declaration refers to them. */
  refersToThem: boolean
}

export interface Plan {
  model: Model
  /** What predictions are expected to come with. */
  outcomes: ReadonlySet<Outcome>
  rhythm: Rhythm
  /** Whether the training file has a column that the task shows in. */
  isTaskKnown: boolean
  /** Undefined for alerts on the dashboard only. */
  destination: Destination | undefined
  /** Comments at the head of the file. */
  notes: readonly string[]
}

export const monitorName = (model: string) => `${model.slice(0, 55)}-drift`
const CHANNEL = 'ml-alerts'

/** The YAML file that declares a model, a channel and a monitor, with the reasons in comments. */
export function declarationYaml({ model, outcomes, rhythm, isTaskKnown, destination, notes }: Plan): string {
  const taskRemark = !isTaskKnown
    ? 'a guess: no label or prediction was found'
    : model.task === 'regression'
      ? 'if the numbers stand for classes, write multiclass'
      : ''
  const { segments, ...rest } = declarationOf(model)
  const declared = {
    models: [segments?.length ? { ...rest, segments } : rest],
    ...(destination === undefined ? {} : { channels: [{ name: CHANNEL, ...destination.channel }] }),
    monitors: [
      {
        name: monitorName(model.name),
        model: model.name,
        checks: checksFor(outcomes),
        window: rhythm.window,
        every: rhythm.every,
        false_alarms: '1 per 90d',
        alert: {
          fire: '2 of 3',
          resolve: 2,
          repeat: '24h',
          channels: destination === undefined ? [] : [CHANNEL],
        },
      },
    ],
  }
  const remarks = [
    { path: ['models', 0, 'task'], text: taskRemark },
    ...(model.positive === undefined
      ? []
      : [{ path: ['models', 0, 'positive'], text: 'the class that the score is the probability of' }]),
    { path: ['monitors', 0, 'checks'], text: checksRemark(outcomes) },
    { path: ['monitors', 0, 'window'], text: rhythm.why },
    { path: ['monitors', 0, 'false_alarms'], text: 'at most so many, over all columns together' },
    { path: ['monitors', 0, 'alert', 'fire'], text: 'windows that must drift before an alert' },
    ...(destination === undefined
      ? [{ path: ['monitors', 0, 'alert', 'channels'], text: 'alerts show on the dashboard only; see docs/alerts.md' }] // prettier-ignore
      : []),
  ]
  return yamlText(declared, notes, remarks)
}

function checksFor(outcomes: ReadonlySet<Outcome>): string[] {
  const predicts = outcomes.has('prediction') || outcomes.has('score')
  return [
    'feature',
    ...(predicts ? ['prediction'] : []),
    ...(outcomes.has('label') ? ['label', 'concept'] : []),
    ...(outcomes.has('label') && predicts ? ['performance'] : []),
    'quality',
  ]
}

function checksRemark(outcomes: ReadonlySet<Outcome>): string {
  return outcomes.has('label')
    ? 'what needs labels is checked once they arrive'
    : 'once you send labels, add label, concept and performance'
}

import type { Model } from '../../control/declared/model.ts'
import { declarationOf } from '../../control/declared/model.ts'
import type { Outcome } from '../../ingest/baseline/outcome-columns.ts'
import { yamlText } from '../shared/yaml.ts'
import type { Rhythm } from './windows.ts'

/** Where alerts go. */
export type Destination = { kind: 'none' | 'slack' | 'webhook' } | { kind: 'email'; to: string }

export interface Plan {
  model: Model
  /** What predictions are expected to come with. */
  outcomes: ReadonlySet<Outcome>
  rhythm: Rhythm
  /** Whether the training file has a column that the task shows in. */
  isTaskKnown: boolean
  destination: Destination
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
  const channel = channelOf(destination)
  const { segments, ...rest } = declarationOf(model)
  const declared = {
    models: [segments?.length ? { ...rest, segments } : rest],
    ...(channel === undefined ? {} : { channels: [{ name: CHANNEL, ...channel }] }),
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
          channels: channel === undefined ? [] : [CHANNEL],
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
    ...(channel === undefined
      ? [{ path: ['monitors', 0, 'alert', 'channels'], text: 'alerts show on the dashboard only; see docs/alerts.md' }] // prettier-ignore
      : []),
  ]
  return yamlText(declared, notes, remarks)
}

/** A variable of the environment stands for each secret. */
function channelOf(destination: Destination): object | undefined {
  switch (destination.kind) {
    case 'none':
      return undefined
    case 'slack':
      return { slack: { webhook_url: '${SLACK_WEBHOOK_URL}' } }
    case 'webhook':
      return { webhook: { url: '${ALERT_WEBHOOK_URL}', secret: '${ALERT_WEBHOOK_SECRET}' } }
    case 'email':
      return { email: { to: [destination.to] } }
  }
}

/** The environment variables that the service needs to send messages there. */
export function variablesOf({ kind }: Destination): string[] {
  const needed = {
    none: [],
    slack: ['SLACK_WEBHOOK_URL'],
    webhook: ['ALERT_WEBHOOK_URL', 'ALERT_WEBHOOK_SECRET'],
    email: ['SMTP_URL', 'SMTP_FROM'],
  }
  return needed[kind]
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

import type { ColumnFindingName, ModelFindingName } from '../../domain/data-finding.ts'
import { DATA_KIND, EXPERIMENT_KIND } from '../../domain/drift-kind.ts'
import type { AlertEvent, AlertMember } from '../../control/alerting/alert-event.ts'
import { alertPath, chartPath } from './links.ts'
import { messageId } from './message-id.ts'
import { ERROR_FINDING } from '../state/policy.ts'
import { byWeight } from '../state/member.ts'
import { memberName, subject, upperFirst } from './wording.ts'

/** Makes the address of a page of the dashboard from its path and query. */
export type Link = (path: string) => string

/** A member as a message lists it. */
export interface MessageMember extends AlertMember {
  monitor: string
  /** To its chart, at the window. */
  chart: string
}

/** What every channel sends, each in its own form. */
export interface Message {
  /** The same at every attempt. */
  id: string
  title: string
  /** For one alert one sentence: what moved, by how much, since when, against which baseline. */
  text: string
  recommendation: string
  /** To the page of the most severe alert. */
  link: string
  /** The most severe first. */
  members: MessageMember[]
  /** Members beyond those that are listed. */
  more: number
}

/** Events of one model and one kind that are sent together, the most severe first. */
export type Events = readonly [AlertEvent, ...AlertEvent[]]

const MAX_MEMBERS = 50

const RECOMMENDATIONS: Record<string, string> = {
  feature: 'Check the feature pipeline; retrain on recent data.',
  label: 'Check how labels are produced; retrain.',
  prediction: 'Check model training and the serving path; assess the business impact.',
  concept: 'Retraining alone is not enough: find new features or redesign the model.',
  performance:
    'Look for drift that coincides with it: retraining can correct for feature or label drift, but not for concept drift. Assess the business impact.',
  expected_performance:
    'The loss is estimated from what the model predicts, before labels arrive: look for drift of the features that explains it, and compare it with the measured performance once there are labels.',
  retraining:
    'Check the log of the training pipeline; then request the retraining again, or replay the request if it could not be delivered.',
  [EXPERIMENT_KIND]: 'Look at both versions, then promote the challenger or keep the champion.',
  [DATA_KIND]: 'Check that predictions are being logged and that they reach Driftgauge.',
}
/** By what is wrong with the data. */
const DATA_RECOMMENDATIONS: Record<ColumnFindingName | ModelFindingName, string> = {
  schema:
    'Check whether the feature was renamed or dropped where it is produced: restore it, or declare its new name.',
  invalid: 'Check what the client sends: the type of the value has changed.',
  missing: 'Check the join or the source that fills this column.',
  skew: 'Compare how the feature is computed online and offline; correct the one that is wrong before you retrain.',
  range: 'Check the unit and the source of the values before you retrain.',
  unseen: 'Check whether the categories are real or only spelled differently; retrain only on real ones.',
  constant: 'Check whether the sensor or the source is stuck.',
  unknown_features:
    'Declare the features, correct their names, or set `unknown_features: ignore` on the model.',
  freshness: 'Check that predictions are being logged and that they reach Driftgauge.',
  volume: 'Check the clients, what routes traffic to the model, and the way from it to Driftgauge.',
  duplicates: 'Check the producer for retries and for ids that are used twice.',
  labels_late: 'Check the job that delivers labels.',
}
const FAILED_MONITOR =
  'Search the service log for "the monitor failed" and the name of the monitor; check that ClickHouse responds and has free disk space.'

/** The message of events. Pure: the same at every attempt. */
export function buildMessage(events: Events, link: Link): Message {
  const [worst] = events
  const members = events
    .flatMap((event) =>
      event.members.map((member) => ({
        ...member,
        monitor: event.monitor,
        chart: link(chartPath(event, member)),
      })),
    )
    .sort(byWeight)
  return {
    id: messageId(events),
    title: title(worst, members),
    text: events.map(({ summary }) => summary).join(' '),
    recommendation: recommendation(worst),
    link: link(alertPath(worst)),
    members: members.slice(0, MAX_MEMBERS),
    more: Math.max(0, members.length - MAX_MEMBERS),
  }
}

/** What to do about an alert; empty once it has resolved. */
export function recommendation({
  status,
  kind,
  members: [worst],
}: Pick<AlertEvent, 'status' | 'kind' | 'members'>): string {
  if (status === 'resolved') return ''
  if (kind === DATA_KIND && worst.column === ERROR_FINDING) return FAILED_MONITOR
  const { finding } = worst
  if (finding !== undefined && Object.hasOwn(DATA_RECOMMENDATIONS, finding))
    return DATA_RECOMMENDATIONS[finding as ModelFindingName]
  return RECOMMENDATIONS[kind] ?? 'Investigate the alert.'
}

function title({ status, severity, kind, model }: AlertEvent, members: readonly MessageMember[]): string {
  const about = `${upperFirst(subject(kind))} in ${model}`
  if (status === 'resolved') return `[resolved] ${about}`
  const more = members.length > 1 ? ` and ${members.length - 1} more` : ''
  return `[${severity}] ${about}: ${memberName(members[0])}${more}`
}

/** Links under the address at which users reach the service. */
export function linkTo(publicUrl: string): Link {
  return (path) => `${publicUrl.replace(/\/+$/, '')}${path}`
}

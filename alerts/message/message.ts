import type { AlertEvent, AlertMember } from '../../store/alerting/alert-events.ts'
import { alertPath, chartPath } from './links.ts'
import { messageId } from './message-id.ts'
import { DATA_KIND, ERROR_FINDING } from '../state/policy.ts'
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

/** What every channel tells, each in its own form. */
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

/** Events of one model and one kind that are told of together, the most severe first. */
export type Events = readonly [AlertEvent, ...AlertEvent[]]

const MAX_MEMBERS = 50

const RECOMMENDATIONS: Record<string, string> = {
  feature: 'Check the feature pipeline; retrain on recent data.',
  label: 'Check how labels are produced; retrain.',
  prediction: 'Check model training and the serving path; assess business impact.',
  concept: 'Plain retraining is not enough: find new features or redesign the model.',
  performance:
    'Look for what goes with it: drift of features or labels is met by retraining, drift of the concept is not. Assess business impact.',
  retraining:
    'Look into the log of the training pipeline; then ask again, or replay what could not be delivered.',
  [DATA_KIND]: 'Check that predictions are being logged and that they reach Driftgauge.',
}
const FAILED_MONITOR =
  'Look in the log of the service for "the monitor failed" and the name of the monitor; check that ClickHouse answers and has space.'

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

/** What to do about an alert; empty once it is over. */
export function recommendation({
  status,
  kind,
  members: [worst],
}: Pick<AlertEvent, 'status' | 'kind' | 'members'>): string {
  if (status === 'resolved') return ''
  if (kind === DATA_KIND && worst.column === ERROR_FINDING) return FAILED_MONITOR
  return RECOMMENDATIONS[kind] ?? 'Look into it.'
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

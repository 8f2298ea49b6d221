import type { AlertEvent, AlertMember } from '../store/alert-events.ts'
import { memberName, subject, upperFirst } from './wording.ts'

/** What every channel tells, each in its own form. */
export interface Message {
  title: string
  /** One sentence: what moved, by how much, since when, against which baseline. */
  text: string
  recommendation: string
  link: string
  members: AlertMember[]
  /** Members beyond those that are listed. */
  more: number
}

/** Makes the link to an event's page. */
export type Link = (event: AlertEvent) => string

const MOST_MEMBERS = 50

const RECOMMENDATIONS: Record<string, string> = {
  feature: 'Check the feature pipeline; retrain on recent data.',
  label: 'Check how labels are produced; retrain.',
  prediction: 'Check model training and the serving path; assess business impact.',
  concept:
    'Plain retraining is not enough: find new features or redesign the model. Retraining waits for approval.',
  performance:
    'Look for what goes with it: drift of features or labels is met by retraining, drift of the concept is not. Assess business impact.',
  retraining:
    'Look into the log of the training pipeline; then ask again, or replay what could not be delivered.',
  data: 'Check that predictions are being logged and that they reach Driftgauge.',
}

/** The message of an event. Pure: the same at every attempt. */
export function buildMessage(event: AlertEvent, link: Link): Message {
  const { members } = event
  return {
    title: title(event),
    text: event.summary,
    recommendation: recommendation(event),
    link: link(event),
    members: members.slice(0, MOST_MEMBERS),
    more: Math.max(0, members.length - MOST_MEMBERS),
  }
}

/** What to do about an alert of this kind; empty once it is over. */
export function recommendation({ status, kind }: Pick<AlertEvent, 'status' | 'kind'>): string {
  return status === 'resolved' ? '' : (RECOMMENDATIONS[kind] ?? 'Look into it.')
}

function title({ status, severity, kind, model, members }: AlertEvent): string {
  const about = `${upperFirst(subject(kind))} in ${model}`
  if (status === 'resolved') return `[resolved] ${about}`
  const more = members.length > 1 ? ` and ${members.length - 1} more` : ''
  return `[${severity}] ${about}: ${memberName(members[0])}${more}`
}

/** Links to an event's page under the address at which users reach the service. */
export function linkTo(publicUrl: string): Link {
  return ({ id }) => `${publicUrl.replace(/\/+$/, '')}/alerts/${id}`
}

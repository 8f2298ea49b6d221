import type { EventKind } from '../../charts/events.ts'

/** What marks of a chart stand for. */
export const EVENT_WORDS: Record<EventKind, string> = {
  alert: 'Alert',
  resolved: 'Resolved',
  retraining: 'Retraining',
  version: 'Version',
  incident: 'Incident',
  change: 'Change of performance',
  schema: 'Schema',
  decision: 'Experiment',
  deployment: 'Deployment',
  holiday: 'Holiday',
  note: 'Note',
}

import type { Answer } from './queries/answer.ts'

/** `declareMonitor` as `declare monitor`, `retrain.sent` as `retrain: sent`. */
export const actionWords = (action: string): string =>
  action
    .replaceAll(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .replace('.', ': ')

/** Kinds of things that can be changed, as the log names them. */
export const AUDIT_SUBJECTS = {
  model: 'model',
  monitor: 'monitor',
  baseline: 'baseline',
  channel: 'channel',
  alert_route: 'route',
  topic: 'topic',
  experiment: 'experiment',
  silence: 'silence',
  annotation: 'annotation',
  incident: 'incident',
  alert: 'alert',
  retraining: 'retraining',
  delivery: 'delivery',
  dead_letter: 'dead letter',
  key: 'key',
  retention: 'retention',
  backup: 'backup',
  view: 'saved view',
} as const

/** As it is said. */
export const subjectWords = (subject: string): string =>
  Object.hasOwn(AUDIT_SUBJECTS, subject) ? AUDIT_SUBJECTS[subject as keyof typeof AUDIT_SUBJECTS] : subject

/** Whether an entry changed anything, as far as its fingerprints tell. */
export function changeWords({
  before,
  after,
}: Pick<Answer<'listAudit'>['entries'][number], 'before' | 'after'>): string {
  if (before === after) return before === null ? '' : 'nothing changed'
  if (before === null) return 'new'
  return after === null ? 'removed' : `${before} → ${after}`
}

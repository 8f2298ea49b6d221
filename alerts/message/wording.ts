import { DATA_KIND, EXPERIMENT_KIND, kindWords } from '../../domain/drift-kind.ts'
import { HOUR_MS } from '../../domain/time.ts'
import type { AlertStatus, Member } from '../../control/alerting/alert-event.ts'
import { isOfModel, statisticName } from '../../domain/words/wording.ts'
import { RETRAINING_KIND } from '../state/policy.ts'

/** Names come from users' data: on one line, without control characters or halves of surrogate pairs. */
export function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
}

/** A column with the segment and version that narrow it. */
export function memberName({ kind, column, ...slice }: Member): string {
  return narrowed(ownName(kind, column) || (kind === DATA_KIND ? 'data' : kind), slice)
}

function ownName(kind: string, column: string): string {
  if (isOfModel(kind)) return statisticName(column)
  return kind === DATA_KIND && Object.hasOwn(DATA_NAMES, column) ? DATA_NAMES[column] : column
}

/** What stands for all data of a model, as people call it. */
const DATA_NAMES: Record<string, string> = {
  no_data: 'no data',
  unknown_features: 'undeclared features',
  labels_late: 'late labels',
}

/** A name with the segment and version that narrow it. */
export function narrowed(name: string, { segment, version }: Pick<Member, 'segment' | 'version'>): string {
  const by = [segment && `segment ${segment}`, version && `version ${version}`].filter(Boolean)
  return plain(by.length === 0 ? name : `${name} (${by.join(', ')})`)
}

/** What the alert of a kind is about, as it stands within a sentence. */
export function subject(kind: string): string {
  return SUBJECTS[kind] ?? `${kindName(kind)} drift`
}

/** A kind as it stands within a sentence. */
export const kindName = (kind: string) => plain(kindWords(kind))

const SUBJECTS: Record<string, string> = {
  [DATA_KIND]: 'data problem',
  [RETRAINING_KIND]: 'failed retraining',
  [EXPERIMENT_KIND]: 'decided experiment',
  performance: 'performance loss',
  expected_performance: 'expected performance loss',
}

/** How severe a member is, or was before it resolved. */
export function severityText(severity: string, status: AlertStatus): string {
  return status === 'resolved' ? `was ${severity}` : severity
}

export function effectText(effect: number): string {
  return String(Number(effect.toFixed(3)))
}

/** `3 days`, `26 hours`: whole hours up to two days, then days. */
export function lengthText(milliseconds: number): string {
  const hours = Math.round(milliseconds / HOUR_MS)
  if (hours === 1) return '1 hour'
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

import { columnOfFinding, isColumnFinding } from '../../domain/data-finding.ts'
import { DATA_KIND } from '../../domain/drift-kind.ts'
import { DAY_MS } from '../../domain/time.ts'
import type { AlertEvent, AlertMember } from '../../control/alerting/alert-event.ts'

/** What a chart shows of the time around a window: what led to it, and what comes of it. */
const BEFORE_MS = 10 * DAY_MS
const AFTER_MS = 5 * DAY_MS

/** Where the page of an event is. */
export function alertPath({ id }: Pick<AlertEvent, 'id'>): string {
  return `/alerts/${encodeURIComponent(id)}`
}

/** Where the chart of a member is, at the event's window; of what has no column, the model's page. */
export function chartPath(
  { model, monitor, windowEnd }: Pick<AlertEvent, 'model' | 'monitor' | 'windowEnd'>,
  { kind, column, segment, version, finding }: AlertMember,
): string {
  const path = `/models/${encodeURIComponent(model)}`
  const from = new Date(windowEnd.getTime() - BEFORE_MS).toISOString()
  const to = new Date(windowEnd.getTime() + AFTER_MS).toISOString()
  const isOfAll = kind === DATA_KIND && !isColumnFinding(finding)
  const subject = kind === DATA_KIND ? columnOfFinding(column) : { kind, column }
  if (isOfAll || column === '') return `${path}?${new URLSearchParams({ from, to }).toString()}`
  const query = new URLSearchParams({
    monitor,
    kind: subject.kind,
    ...(segment === '' ? {} : { segment }),
    ...(version === '' ? {} : { version }),
    at: windowEnd.toISOString(),
    from,
    to,
  })
  return `${path}/columns/${encodeURIComponent(subject.column.toWellFormed())}?${query.toString()}`
}

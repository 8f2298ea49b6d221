import { columnOfFinding, DATA_ANCHOR, isColumnFinding } from '../../domain/data-finding.ts'
import { DATA_KIND, EXPERIMENT_KIND } from '../../domain/drift-kind.ts'
import { DAY_MS } from '../../domain/time.ts'
import type { AlertEvent, AlertMember } from '../../control/alerting/alert-event.ts'

/** What a chart shows of the time around a window: what led to it, and what comes of it. */
const BEFORE_MS = 10 * DAY_MS
const AFTER_MS = 5 * DAY_MS

/** Where the page of an event is. */
export function alertPath({ id }: Pick<AlertEvent, 'id'>): string {
  return `/alerts/${encodeURIComponent(id)}`
}

/** Where an experiment's page is. */
function experimentPath(experiment: string): string {
  return `/experiments/${encodeURIComponent(experiment)}`
}

/**
 * Where the chart of a member is, at the event's window; of what has no column, the model's page. The monitor of an event on
 * an experiment is the experiment.
 */
export function chartPath(
  { model, monitor, windowEnd }: Pick<AlertEvent, 'model' | 'monitor' | 'windowEnd'>,
  { kind, column, segment, version, finding }: AlertMember,
): string {
  if (kind === EXPERIMENT_KIND) return experimentPath(monitor)
  const path = `/models/${encodeURIComponent(model)}`
  const from = new Date(windowEnd.getTime() - BEFORE_MS).toISOString()
  const to = new Date(windowEnd.getTime() + AFTER_MS).toISOString()
  const isOfAll = kind === DATA_KIND && !isColumnFinding(finding)
  const subject = kind === DATA_KIND ? columnOfFinding(column) : { kind, column }
  const anchor = kind === DATA_KIND ? `#${DATA_ANCHOR}` : ''
  if (isOfAll || column === '') {
    const period = new URLSearchParams({ ...(kind === DATA_KIND ? { monitor } : {}), from, to })
    return `${path}?${period.toString()}${anchor}`
  }
  const query = new URLSearchParams({
    monitor,
    kind: subject.kind,
    ...(segment === '' ? {} : { segment }),
    ...(version === '' ? {} : { version }),
    at: windowEnd.toISOString(),
    from,
    ...(kind === DATA_KIND && finding !== undefined ? { finding } : {}),
    to,
  })
  return `${path}/columns/${encodeURIComponent(subject.column.toWellFormed())}?${query.toString()}${anchor}`
}

import type { ChartEvent } from '../../charts/events.ts'
import { formatTime, plural } from '../format.ts'
import type { Answer } from '../queries/answer.ts'

type Annotation = Answer<'listAnnotations'>['annotations'][number]
type Incident = Answer<'getIncident'>

/** Annotations as marks and bands of a chart. */
export function annotationEvents(
  annotations: readonly Pick<Annotation, 'kind' | 'text' | 'from' | 'to'>[],
): ChartEvent[] {
  return annotations.map(({ kind, text, from, to }) => ({
    kind,
    at: from,
    ...(to !== null && { until: to }),
    label: text,
  }))
}

/** Later than any chart: it cuts what has not ended at its own end. */
const OPEN_END = '9999-12-31T00:00:00.000Z'

/** Incidents as bands: from where their first alert began until all have ended, or until they were closed. */
export function incidentEvents(
  incidents: readonly Pick<Incident, 'title' | 'started_at' | 'closed_at' | 'alerts'>[],
): ChartEvent[] {
  return incidents.map(({ title, started_at, closed_at, alerts }) => {
    const last = alerts.map(({ last_at }) => last_at).toSorted()
    const ended = alerts.every(({ status }) => status === 'resolved') ? last.at(-1) : undefined
    return { kind: 'incident', at: started_at, until: ended ?? closed_at ?? OPEN_END, label: title }
  })
}

/** `16 Apr 2001 12:00 UTC`, or from then until another time, or since then. */
export function eventTime({ at, until }: Pick<ChartEvent, 'at' | 'until'>): string {
  if (until === undefined) return formatTime(at)
  return until === OPEN_END ? `since ${formatTime(at)}` : `${formatTime(at)} to ${formatTime(until)}`
}

interface Page {
  next_cursor?: string | null | undefined
}

/** Which marks a chart lacks, in a sentence; undefined if it has all. */
export function gapWords({
  failed,
  annotations,
  incidents,
}: {
  failed: boolean
  annotations: (Page & { annotations: readonly unknown[] }) | undefined
  incidents: (Page & { incidents: readonly unknown[] }) | undefined
}): string | undefined {
  if (failed) return 'Annotations and incidents could not be loaded, so the chart does not show them.'
  const cut = [
    ...(annotations?.next_cursor == null ? [] : [plural(annotations.annotations.length, 'annotation')]),
    ...(incidents?.next_cursor == null ? [] : [plural(incidents.incidents.length, 'incident')]),
  ]
  return cut.length === 0
    ? undefined
    : `Only the first ${cut.join(' and ')} of this period are marked. Choose a shorter period to see the others.`
}

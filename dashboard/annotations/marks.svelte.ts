import { createQuery } from '@tanstack/svelte-query'
import { inOrder, type ChartEvent } from '../../charts/events.ts'
import { annotationsQuery } from '../queries/incidents/annotations.ts'
import { incidentsQuery } from '../queries/incidents/incidents.ts'
import type { Period } from '../state/period.ts'
import { distinct } from '../state/distinct.svelte.ts'
import { annotationEvents, gapWords, incidentEvents } from './events.ts'

export interface Marks {
  readonly events: ChartEvent[]
  /** That some are missing, and why; undefined if all are there. */
  readonly gap: string | undefined
}

/** What people noted of a model in a period, and its incidents, for its charts. */
export function createMarks(of: () => { model: string; period: Period }): Marks {
  const annotations = createQuery(() => annotationsQuery(of().model, of().period))
  const incidents = createQuery(() => incidentsQuery({ model: of().model, ...of().period }))
  const events = distinct(() =>
    inOrder(
      annotationEvents(annotations.data?.annotations ?? []),
      incidentEvents(incidents.data?.incidents ?? []),
    ),
  )
  return {
    get events() {
      return events.current
    },
    get gap() {
      return gapWords({
        failed: annotations.isError || incidents.isError,
        annotations: annotations.data,
        incidents: incidents.data,
      })
    },
  }
}

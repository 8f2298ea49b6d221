import { createQuery } from '@tanstack/svelte-query'
import { inOrder, type ChartEvent } from '../../charts/events.ts'
import { annotationsQuery } from '../queries/incidents/annotations.ts'
import { incidentsQuery } from '../queries/incidents/incidents.ts'
import type { Period } from '../state/period.ts'
import { annotationEvents, incidentEvents } from './events.ts'

export interface Marks {
  readonly events: ChartEvent[]
  /** Whether some may be missing, as they could not be loaded. */
  readonly isIncomplete: boolean
}

/** What people noted of a model in a period, and its incidents, for its charts. */
export function createMarks(of: () => { model: string; period: Period }): Marks {
  const annotations = createQuery(() => annotationsQuery(of().model, of().period))
  const incidents = createQuery(() => incidentsQuery({ model: of().model, ...of().period }))
  const events = $derived(
    inOrder(
      annotationEvents(annotations.data?.annotations ?? []),
      incidentEvents(incidents.data?.incidents ?? []),
    ),
  )
  return {
    get events() {
      return events
    },
    get isIncomplete() {
      return annotations.isError || incidents.isError
    },
  }
}

import { defaultDelay } from './label-delay.ts'
import { show } from '../../ingest/decode/fields.ts'
import { toJson } from '../../ingest/decode/fields.ts'
import { compileEvents, isSame, type EventOptions } from '../../ingest/rows/events.ts'
import type { FieldColumns } from '../../ingest/rows/fields.ts'
import type { Row } from '../../ingest/rows/rows.ts'

export const KINDS = ['predictions', 'labels'] as const
export type EventKind = (typeof KINDS)[number]

/** An event as it is sent. */
export interface Outgoing {
  /** Number of the row that it comes from. */
  row: number
  id: string | undefined
  text: string
}

/** Events that go to the same place. */
export interface Batch {
  kind: EventKind
  /** Undefined where the rows name none. */
  model: string | undefined
  events: Outgoing[]
}

/** A row, or an event of it, that was not taken. */
export interface Rejected {
  row: number
  kind: EventKind
  reason: string
  detail: string
}

export interface Sorted {
  batches: Batch[]
  /** Rows that cannot even be sent. */
  rejected: Rejected[]
  /** Labels that say no time, and count as received so long after their predictions. */
  undated: ReadonlyMap<string, number>
}

/**
 * Compiles how rows are sorted into batches. A row that is no object is sent as it is, as a prediction, so that the
 * service keeps it as a dead letter; and so is a line that says all of it in our own shape.
 * @param needsModel whether events without a model can be sent
 * @param timezone of times that name none
 */
export function compileBatches(
  columns: FieldColumns,
  model: string | undefined,
  needsModel: boolean,
  { timezone, delayOf = defaultDelay }: EventOptions = {},
): (rows: readonly Row[]) => Sorted {
  const toEvents = compileEvents(columns, model, { timezone, delayOf })
  return (rows) => {
    const batches = new Map<string, Batch>()
    const rejected: Rejected[] = []
    const undated = new Map<string, number>()
    const file = (kind: EventKind, name: string | undefined, event: Outgoing) => {
      if (name === undefined && needsModel) {
        const detail = 'it names no model; specify one with --model'
        rejected.push({ row: event.row, kind, reason: 'no_model', detail })
        return
      }
      const key = `${kind} ${name}`
      const batch = batches.get(key) ?? { kind, model: name, events: [] }
      batch.events.push(event)
      batches.set(key, batch)
    }
    for (const row of rows) {
      if (row.status === 'unusable') {
        const { reason, detail } = row.rejection
        rejected.push({ row: row.number, kind: 'predictions', reason, detail })
        continue
      }
      if (row.status === 'text') {
        file('predictions', model, { row: row.number, id: undefined, text: row.line })
        continue
      }
      const { prediction, label, givenDelay } = toEvents(row.record)
      if (givenDelay !== undefined) undated.set(givenDelay, (undated.get(givenDelay) ?? 0) + 1)
      for (const [kind, event] of [
        ['predictions', prediction],
        ['labels', label],
      ] as const) {
        if (event === undefined) continue
        const text = row.line !== undefined && isSame(row.record, event) ? row.line.trim() : toJson(event)
        file(kind, nameOf(event.model), { row: row.number, id: textOf(event.id), text })
      }
    }
    return { batches: [...batches.values()], rejected, undated }
  }
}

/** What is no name of a model is sent where it is told that there is no such model. */
function nameOf(model: unknown): string | undefined {
  if (model === undefined || model === null) return undefined
  return typeof model === 'string' ? model : show(model)
}

function textOf(id: unknown): string | undefined {
  return typeof id === 'string' || typeof id === 'number' || typeof id === 'bigint' ? String(id) : undefined
}

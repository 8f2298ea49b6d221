import { formatCount } from './format.ts'
import type { Findings } from '../api/contract/data-quality/findings.ts'
import type { ChartEvent } from '../charts/events.ts'

type Found = Pick<Findings, 'window_ends' | 'columns' | 'model' | 'declared'>

/**
 * When features were declared or no longer so, when features that nobody declared began to arrive, and when declared ones stopped and came back: at the first window in
 * which that was found. What was so in the first window may have begun before.
 */
export function schemaEvents({ window_ends, columns, model, declared }: Found): ChartEvent[] {
  const eventsOf = (isSo: (cell: number) => boolean, began: string, ended: string) =>
    window_ends.flatMap((at, cell): ChartEvent[] => {
      if (cell === 0 || isSo(cell) === isSo(cell - 1)) return []
      return [{ kind: 'schema', at, label: isSo(cell) ? began : ended }]
    })
  const undeclared = model.find(({ finding }) => finding === 'unknown_features')
  return [
    ...declared.flatMap(({ at, added, removed }) => [
      ...declarationEvent(at, added, 'declared'),
      ...declarationEvent(at, removed, 'no longer declared'),
    ]),
    ...(undeclared === undefined
      ? []
      : eventsOf(
          (cell) => undeclared.severities[cell] !== null,
          'Undeclared features',
          'No undeclared features',
        )),
    ...columns.flatMap(({ column, severities, missing }) =>
      eventsOf(
        (cell) => missing[cell] === 1 && severities[cell] === 'critical',
        `${column} stopped`,
        `${column} is back`,
      ),
    ),
  ].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

function declarationEvent(at: string, names: readonly string[], what: string): ChartEvent[] {
  if (names.length === 0) return []
  const subject = names.length === 1 ? names[0] : `${formatCount(names.length)} features`
  return [{ kind: 'schema', at, label: `${subject} ${what}` }]
}

/** Both together: changes of the schema at the time of another event are named with it, as their marks would lie on it. */
export function withSchemaEvents(events: readonly ChartEvent[], schema: readonly ChartEvent[]): ChartEvent[] {
  const places = new Map(events.toReversed().map((event) => [Date.parse(event.at), event]))
  const joined = new Map<ChartEvent, ChartEvent>()
  const own = new Map<number, ChartEvent>()
  for (const event of schema) {
    const time = Date.parse(event.at)
    const place = places.get(time)
    const before = place === undefined ? own.get(time) : (joined.get(place) ?? place)
    const both = before === undefined ? event : { ...before, label: `${before.label}, ${event.label}` }
    if (place === undefined) own.set(time, both)
    else joined.set(place, both)
  }
  return [...events.map((event) => joined.get(event) ?? event), ...own.values()].toSorted(
    (a, b) => Date.parse(a.at) - Date.parse(b.at),
  )
}

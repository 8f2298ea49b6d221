import { expect, test } from 'vitest'
import type { ChartEvent } from '../../charts/events.ts'
import { schemaEvents, withSchemaEvents } from '../../dashboard/schema-events.ts'

type Found = Parameters<typeof schemaEvents>[0]

const window_ends = [1, 2, 3, 4].map((day) => `2001-02-0${day}T00:00:00.000Z`)
const column = (name: string, missing: (number | null)[], critical: number[]) =>
  ({
    column: name,
    missing,
    severities: missing.map((_, cell) => (critical.includes(cell) ? 'critical' : 'ok')),
  }) as Found['columns'][number]
const undeclared = (...severities: ('warning' | null)[]) =>
  [{ finding: 'unknown_features', severities, shares: [], newest: null }] as Found['model']
const told = (found: Partial<Found>) =>
  schemaEvents({ window_ends, columns: [], model: [], declared: [], ...found }).map(
    ({ kind, at, label }) => `${at.slice(8, 10)} ${kind}: ${label}`,
  )

test('features that stop and come back, and undeclared ones that begin to arrive, are events of the schema', () => {
  expect(
    told({
      columns: [column('age', [0, 1, 1, 0], [1, 2]), column('<b>x', [0.2, 0.2, 0.2, 1], [3])],
      model: undeclared(null, null, 'warning', 'warning'),
    }),
  ).toEqual([
    '02 schema: age stopped',
    '03 schema: Undeclared features',
    '04 schema: age is back',
    '04 schema: <b>x stopped',
  ])
})

test('what was so from the first window on has no known beginning', () => {
  expect(told({ columns: [column('age', [1, 1, 1, 1], [0, 1, 2, 3])], model: undeclared('warning', 'warning', null, null) })).toEqual(['03 schema: No undeclared features']) // prettier-ignore
})

test('a column that was always allowed to have no values has not stopped', () => {
  expect(told({ columns: [column('rare', [0.99, 1, 1, 0.99], [])] })).toEqual([])
  expect(schemaEvents({ window_ends: [], columns: [], model: [], declared: [] })).toEqual([])
})

test('features that are declared, and no longer so, are events too', () => {
  const declared = [
    { at: '2001-02-02T10:00:00.000Z', added: ['age'], removed: [] },
    { at: '2001-02-03T10:00:00.000Z', added: ['a', 'b', 'c'], removed: ['age'] },
  ]
  expect(told({ declared })).toEqual([
    '02 schema: age declared',
    '03 schema: 3 features declared',
    '03 schema: age no longer declared',
  ])
})

test('events at one time are named together, so that no mark hides another', () => {
  const event = (day: number, kind: ChartEvent['kind'], label: string): ChartEvent => ({ kind, at: window_ends[day - 1], label }) // prettier-ignore
  const all = withSchemaEvents(
    [event(2, 'alert', 'Feature drift'), event(2, 'retraining', 'Retraining'), event(4, 'resolved', 'ended')],
    [event(2, 'schema', 'age stopped'), event(2, 'schema', 'b stopped'), event(3, 'schema', 'c stopped'), event(3, 'schema', 'd stopped')], // prettier-ignore
  )
  expect(all.map(({ kind, at, label }) => `${at.slice(8, 10)} ${kind}: ${label}`)).toEqual([
    '02 alert: Feature drift, age stopped, b stopped',
    '02 retraining: Retraining',
    '03 schema: c stopped, d stopped',
    '04 resolved: ended',
  ])
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { currentAlerts, listAlertEvents } from '../../../control/alerting/alert-events.ts'
import { listDeliveries, pendingDeliveries } from '../../../control/alerting/deliveries.ts'
import { listSilences } from '../../../control/alerting/silences.ts'
import { openControl } from '../../../control/database/open.ts'
import { importLegacy } from '../../../store/legacy/import.ts'
import type { Store } from '../../../store/engine/client.ts'
import { legacyCurrent, legacyDeliveries, legacyEvents, legacyPending } from '../../support/legacy/queries.ts'
import { createLegacyTables, dropLegacyTables } from '../../support/legacy/tables.ts'
import { atEnd } from '../../support/runner/at-end.ts'
import { temporaryStore } from '../../support/stores/store.ts'

const EVENTS = 25_000
const DELIVERIES = 40_000
/** A number below `limit` that looks random, and is the same in each run. */
const pick = (salt: number, limit: number) => `cityHash64(number, ${salt}) % ${limit}`

let store: Store
const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
atEnd(() => rmSync(directory, { recursive: true, force: true }))
beforeAll(async () => {
  store = await temporaryStore()
})

const command = (query: string) => store.rollup.command({ query })

/** Events and deliveries in every combination, many at one time. */
async function fill(): Promise<void> {
  await command(`INSERT INTO alert_events
    SELECT concat('e', toString(number)) AS id, if(${pick(1, 3)} = 0, 'alert', 'member') AS scope,
      concat('monitor ', toString(${pick(2, 5)})), 'm', concat('kind ', toString(${pick(3, 3)})),
      if(scope = 'alert', '', concat('column ', toString(${pick(4, 20)}))), '', '',
      toDateTime(1767225600 + 3600 * ${pick(5, 40)}, 'UTC'), if(${pick(6, 2)} = 0, 'first', 'repeat'),
      ['ok', 'pending', 'firing', 'resolved'][1 + ${pick(7, 4)}], 'warning', 'summary', '{"members":[]}',
      fromUnixTimestamp64Milli(toInt64(1767225600000 + ${pick(8, 6)}), 'UTC'), ${pick(9, 4)} != 0,
      arrayFilter(c -> cityHash64(number, c) % 3 != 0, ['a', 'b', 'c']),
      now64(3, 'UTC') - INTERVAL ${pick(10, 200)} DAY
    FROM numbers(${EVENTS})`)
  await command(`INSERT INTO deliveries (event_id, channel, attempt, at, status, error, next_attempt_at, muted_by)
    SELECT concat('e', toString(${pick(11, EVENTS)})), ['a', 'b', 'c', 'd'][1 + ${pick(12, 4)}], 1 + ${pick(13, 4)},
      fromUnixTimestamp64Milli(toInt64(1767225600000 + ${pick(14, 1000)}), 'UTC'),
      ['delivered', 'failed', 'given_up', 'superseded', 'silenced', 'inhibited', 'replayed', 'failed'][1 + ${pick(15, 8)}] AS status,
      '', if(status = 'failed', fromUnixTimestamp64Milli(toInt64(1767225600000 + ${pick(16, 1000)}), 'UTC'), NULL),
      if(status IN ('silenced', 'inhibited'), 'a silence', '')
    FROM numbers(${DELIVERIES})`)
}

test(
  'tables of many batches are imported as the previous release read them',
  { timeout: 300_000 },
  async () => {
    await createLegacyTables(store.rollup)
    await fill()
    const imported = (await importLegacy(store, { directory, now: new Date() }))!
    expect(imported.leftOut).toEqual([])
    expect(imported.tables.alert_events).toEqual({ read: EVENTS, imported: EVENTS })
    const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id)

    const events = await listAlertEvents(store.control, { limit: EVENTS })
    expect(ids(events)).toEqual(ids(await legacyEvents(store)))
    for (const scope of ['alert', 'member'] as const)
      expect(ids(await currentAlerts(store.control, { scope }))).toEqual(
        ids(await legacyCurrent(store, scope)),
      )

    const attempts = await listDeliveries(store.control, { limit: DELIVERIES })
    expect(
      attempts.map(({ eventId, channel, attempt, status }) => ({ eventId, channel, attempt, status })),
    ).toEqual(await legacyDeliveries(store))
    const pending = await pendingDeliveries(store.control)
    expect(pending.length).toBeGreaterThan(1000)
    expect(
    pending.map(({ eventId, channel, attempts, failures, firstAttemptAt, nextAttemptAt, last }) => [
      eventId, channel, attempts, failures, firstAttemptAt?.getTime(), nextAttemptAt?.getTime(), last?.status ?? '', last?.mutedBy ?? '',
    ]),
  ).toEqual(
    (await legacyPending(store)).map(({ id, target, attempts, failures, first, next, status, mutedBy }) => [
      id, target, attempts, failures, failures === 0 ? undefined : first, status === 'failed' ? next : undefined, status, mutedBy,
    ]),
  ) // prettier-ignore
  },
)

test('tables of a release that lacked some, and some columns, are imported as well', async () => {
  await dropLegacyTables(store.rollup)
  await createLegacyTables(store.rollup, { oldest: true })
  await command(`INSERT INTO alert_events VALUES
    ('old', 'alert', 'm', 'm', 'feature', '', '', '', 1500000000, 'first', 'firing', 'warning', 's', '{"members":[]}', 1500000000000, 1, ['a', 'b'])`)
  await command(
    `INSERT INTO deliveries VALUES ('old', 'a', 1, 1500000000000, 'failed', 500, 3, 'busy', 1500000060000)`,
  )
  const control = await openControl('memory')
  atEnd(() => control.destroy())
  const imported = (await importLegacy({ ...store, control }, { directory, now: new Date() }))!
  expect(imported.leftOut).toEqual([])
  expect(
    (await pendingDeliveries(control)).map(({ channel, attempts, last }) => [channel, attempts, last]),
  ).toEqual([
    ['a', 1, { status: 'failed', mutedBy: '' }],
    ['b', 0, undefined],
  ])
  expect(await listSilences(control)).toEqual([])
})

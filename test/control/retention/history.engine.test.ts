import { beforeEach, expect, test } from 'vitest'
import {
  insertRetrain,
  insertRetrainEvent,
  type RetrainEventType,
  type RetrainRequest,
} from '../../../control/alerting/retrains.ts'
import { insertDeliveries } from '../../../control/alerting/deliveries.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { listSilences, putSilence, silenceHistory } from '../../../control/alerting/silences.ts'
import type { Control } from '../../../control/database/control.ts'
import { insertAudit, listAudit } from '../../../control/declared/audit.ts'
import { countDeletable, deleteOld } from '../../../control/retention/retention.ts'
import { alertEvent, atHour } from '../../support/samples/alert-events.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'
import { declare, deleteAll } from './declared.ts'

const BEFORE = atHour(100)
const PERIOD = { from: atHour(0).toISOString(), to: atHour(1).toISOString() }

describeOnBoth('the retention of history', (open) => {
  let control: Control
  beforeEach(async () => {
    control = await open()
    await declare(control)
  })

  const silence = (id: string, revision: number, end: number) =>
    putSilence(control, {
      id,
      revision,
      matchers: [],
      start: atHour(0),
      end: atHour(end),
      author: 'Ann',
      comment: '',
      createdAt: atHour(0),
      changedAt: atHour(revision),
      changedBy: 'Ann',
    })
  const request = async (
    id: string,
    hour: number,
    types: readonly RetrainEventType[],
    extra: Partial<RetrainRequest> = {},
  ) => {
    const evidence = {
      summary: '',
      severity: undefined,
      window: PERIOD,
      baseline: undefined,
      statistic: undefined,
    }
    await insertRetrain(control, {
      id,
      model: 'other',
      monitor: 'gone',
      kind: 'feature',
      alert: undefined,
      target: 'pipeline',
      evidence: {
        ...evidence,
        members: [],
        training: { ...PERIOD, basis: 'window', exclude: [] },
        alerts:
          extra.alert === undefined
            ? []
            : [{ id: extra.alert, monitor: 'gone', kind: 'feature', severity: 'warning', summary: '' }],
      },
      callbackWithin: 1,
      baselineFirst: undefined,
      createdAt: atHour(hour),
      ...extra,
    })
    for (const [i, type] of types.entries())
      await insertRetrainEvent(control, id, {
        id: `${id}${i}`,
        seq: i + 1,
        at: atHour(hour),
        type,
        by: '',
        comment: '',
      })
  }
  const requests = async () => {
    const found = await control.selectFrom('retrains').select('id').orderBy('id').execute()
    return found.map(({ id }) => id)
  }

  test('deletes entries of the audit, the oldest first', async () => {
    for (const hour of [99, 1, 100, 2, 3]) {
      const entry = {
        actor: 'a',
        action: 'b',
        subject: 'c',
        name: 'd',
        requestId: '',
        before: '',
        after: '',
        detail: '',
      }
      await insertAudit(control, { ...entry, at: atHour(hour) })
    }
    const { audit } = await countDeletable(control, { audit: BEFORE })
    expect(audit).toEqual({ rows: 4, oldest: atHour(1) })
    expect(await deleteAll(control, 'audit', BEFORE)).toBe(4)
    expect((await listAudit(control, { limit: 9 })).map(({ at }) => at)).toEqual([atHour(100)])
    expect(await deleteAll(control, 'audit', BEFORE)).toBe(0)
  })

  test('deletes a silence with all its revisions once it has ended as it stands', async () => {
    await silence('ended', 1, 500)
    for (let revision = 2; revision < 6; revision++) await silence('ended', revision, 90)
    await silence('extended', 1, 50)
    await silence('extended', 2, 150)
    await silence('recent', 1, 100)
    expect((await countDeletable(control, { alerts: BEFORE })).alerts.rows).toBe(5)
    expect(await deleteAll(control, 'alerts', BEFORE)).toBe(5)
    expect((await listSilences(control)).map(({ id }) => id)).toEqual(['extended', 'recent'])
    expect(await silenceHistory(control, 'extended')).toHaveLength(2)
  })

  test('never brings an earlier revision of a silence back into force', async () => {
    await silence('ended', 1, 500)
    await silence('ended', 2, 400)
    await silence('ended', 3, 400)
    await silence('ended', 4, 90)
    await deleteAll(control, 'alerts', BEFORE)
    expect(await listSilences(control)).toEqual([])
    await silence('other', 1, 500)
    await silence('other', 2, 90)
    await deleteOld(control, 'alerts', BEFORE, { limit: 1 })
    expect(await listSilences(control, BEFORE)).toEqual([])
  })

  test('deletes requests for retraining that are over, and keeps those that are not', async () => {
    await request('refused', 1, ['refused'])
    await request('rejected', 1, ['awaiting_approval', 'rejected'])
    await request('done', 1, ['requested', 'sending', 'succeeded', 'sent', 'baseline'])
    await request('never made', 1, [])
    await request('waits', 1, ['awaiting_approval'])
    await request('sends', 1, ['requested', 'sending', 'not_sent'])
    await request('runs', 1, ['requested', 'sending', 'sent', 'running'])
    await request('again', 1, ['requested', 'sending', 'undeliverable', 'replayed'])
    await request('late', 1, ['requested', 'sending', 'sent', 'expired', 'running'])
    await request('rejected too late', 1, ['requested', 'rejected'])
    await request('new', 100, ['refused'])
    expect((await countDeletable(control, { alerts: BEFORE })).alerts).toEqual({ rows: 4, oldest: atHour(1) })
    expect(await deleteAll(control, 'alerts', BEFORE)).toBe(4)
    expect(await requests()).toEqual(['again', 'late', 'new', 'rejected too late', 'runs', 'sends', 'waits'])
    const orphans = await control
      .selectFrom('retrain_events')
      .select('retrain')
      .where('retrain', '=', 'done')
      .execute()
    expect(orphans).toEqual([])
  })

  test('keeps a request for as long as the cooldown of its model may still count from it', async () => {
    await request('cool', 27, ['refused'], { model: 'shop' })
    await request('warm', 28, ['refused'], { model: 'shop' })
    await deleteAll(control, 'alerts', BEFORE)
    expect(await requests()).toEqual(['warm'])
  })

  test('keeps the requests of a monitor while something of it fires, and what a message is to name', async () => {
    const { kind } = alertEvent('a', 1)
    await insertAlertEvents(control, [
      alertEvent('fires', 1, { monitor: 'open', notify: false }),
      alertEvent('told', 1, { monitor: 'closed', channels: ['team'] }),
    ])
    await insertAlertEvents(control, [
      alertEvent('end', 2, { monitor: 'closed', status: 'resolved', reason: 'all_resolved', notify: false }),
    ])
    await request('of the firing', 1, ['refused'], { monitor: 'open', kind })
    await request('named', 1, ['refused'], { monitor: 'closed', alert: 'told' })
    await request('not named', 1, ['refused'], { monitor: 'closed', alert: 'other' })
    await deleteAll(control, 'alerts', BEFORE)
    expect(await requests()).toEqual(['named', 'of the firing'])
    await insertDeliveries(control, [
      { eventId: 'told', channel: 'team', attempt: 1, at: atHour(3), status: 'superseded' },
    ])
    await deleteAll(control, 'alerts', BEFORE)
    expect(await requests()).toEqual(['of the firing'])
  })
})

import { beforeAll, expect, test } from 'vitest'
import { insertAudit, listAudit, type AuditFilter } from '../../../control/declared/audit.ts'
import type { Control } from '../../../control/database/control.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'
import { atHour } from '../../support/samples/alert-events.ts'

describeOnBoth('the audit log', (open) => {
  let control: Control
  beforeAll(async () => {
    control = await open()
    for (let i = 0; i < 9; i++)
      await insertAudit(control, {
        at: atHour(Math.floor(i / 4)),
        actor: i % 2 ? 'Ann' : 'ann',
        action: 'putMonitor',
        subject: 'monitor',
        name: `m${i}`,
        requestId: 'r',
        before: '',
        after: 'x',
        detail: 'naïve \0 😀',
      })
  })
  const list = async (filter: Partial<AuditFilter>) => listAudit(control, { limit: 100, ...filter })

  test('is read as it was written', async () => {
    const [{ id, ...entry }] = await list({ name: 'm8' })
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(entry).toEqual({
      at: atHour(2),
      actor: 'ann',
      action: 'putMonitor',
      subject: 'monitor',
      name: 'm8',
      requestId: 'r',
      before: '',
      after: 'x',
      detail: 'naïve \0 😀',
    })
  })

  test('is read page by page, newest first, each entry once', async () => {
    const whole = await list({})
    expect(whole.map(({ at }) => at.getTime())).toEqual(
      whole.map(({ at }) => at.getTime()).toSorted((a, b) => b - a),
    )
    const paged: typeof whole = []
    for (let after: AuditFilter['after']; paged.length < 9;) {
      const page = await list({ after, limit: 2 })
      paged.push(...page)
      after = [page.at(-1)!.at.getTime(), page.at(-1)!.id]
    }
    expect(paged).toEqual(whole)
  })

  test('is searched by who, what and when, case and all', async () => {
    expect(await list({ actor: 'Ann' })).toHaveLength(4)
    expect(await list({ actor: 'ANN' })).toEqual([])
    expect(await list({ action: 'putMonitor', subject: 'monitor', name: 'm3' })).toHaveLength(1)
    expect(await list({ from: atHour(1), to: atHour(2) })).toHaveLength(4)
    expect(await list({ limit: 0 })).toEqual([])
  })
})

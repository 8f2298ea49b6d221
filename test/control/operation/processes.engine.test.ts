import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import type { Control } from '../../../control/database/control.ts'
import type { ProcessReport } from '../../../control/operation/process-report.ts'
import { readProcesses, removeProcess, writeProcess } from '../../../control/operation/processes.ts'
import { databaseVersion } from '../../../control/operation/database-version.ts'
import { describeOnBoth } from '../../support/stores/control-databases.ts'

const REPORT: ProcessReport = {
  host: 'a',
  pid: 1,
  roles: ['ingest'],
  version: '1',
  node: '20',
  started_at: '2026-01-05T00:00:00.000Z',
  memory_bytes: 1,
  reasons: [],
  warnings: [],
  scheduler: null,
  kafka: null,
}
const MINUTE = 60_000

describeOnBoth('what processes say of themselves', (open) => {
  let control: Control
  beforeEach(async () => {
    control = await open()
  })
  /** As if a process had last said something so long ago. */
  const age = (id: string, by: number) =>
    control
      .updateTable('processes')
      .set({ seen_at: sql<number>`seen_at - ${by}` })
      .where('id', '=', id)
      .execute()

  test('is what they said last, and how long ago on the clock of the database', async () => {
    await writeProcess(control, 'one', REPORT)
    await writeProcess(control, 'two', REPORT)
    await writeProcess(control, 'one', { ...REPORT, pid: 2 })
    await age('two', 5 * MINUTE)
    const [one, two] = await readProcesses(control)
    expect([one.report?.pid, two.report?.pid]).toEqual([2, 1])
    expect(one.silentMs).toBeLessThan(MINUTE)
    expect(two.silentMs).toBeGreaterThanOrEqual(5 * MINUTE)
    expect(two.silentMs).toBeLessThan(6 * MINUTE)
  })

  test('is forgotten an hour after their last word, or when they stop', async () => {
    for (const id of ['dead', 'silent', 'stopped']) await writeProcess(control, id, REPORT)
    await age('dead', 61 * MINUTE)
    await age('silent', 59 * MINUTE)
    await removeProcess(control, 'stopped')
    await writeProcess(control, 'alive', REPORT)
    expect((await readProcesses(control)).map(({ id }) => id)).toEqual(['alive', 'silent'])
  })

  test('can be of a later release: what is new is left out, what cannot be read is told as such', async () => {
    const later = { ...REPORT, invented: true }
    await writeProcess(control, 'later', later)
    await writeProcess(control, 'other', { ...REPORT, roles: ['unheard of'] } as unknown as ProcessReport)
    const [first, second] = await readProcesses(control)
    expect(first.report).toEqual(REPORT)
    expect(second.report).toBeUndefined()
  })

  test('is stored in a database that names itself and its version', async () => {
    expect(await databaseVersion(control)).toMatch(/^(SQLite 3|PostgreSQL \d+)\.\d/)
  })
})

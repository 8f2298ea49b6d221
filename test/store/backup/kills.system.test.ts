import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fillShop, MANY_EVENTS } from '../../support/backup/fill-shop.ts'
import { mustRun, readManifest, rowCounts, runToEnd } from '../../support/backup/run.ts'
import { bundle } from '../../support/bundle.ts'
import { runService } from '../../support/child.ts'
import { describeOnDisk, smallDisk } from '../../support/disk.ts'
import { ROOT } from '../../support/root.ts'
import { byDay } from '../../support/runner/by-day.ts'
import { ask } from '../../support/ask.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-backup-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const at = (name: string) => join(directory, name)
let made = 0
const fresh = () => at(`fresh${++made}`)
const data = at('data')

beforeAll(async () => {
  await Promise.all([fillShop(data, MANY_EVENTS), fillShop(at('few'), 2_000)])
  for (const name of ['data', 'few'])
    await mustRun({ DRIFTGAUGE_DATA: at(name) }, 'backup', at(`${name}-backup`))
})

/** Without tables that a backup or a restore itself writes to. */
const counts = (backup: string) => {
  const {
    'control.audit': _,
    'control.counters': __,
    'control.imports': ___,
    ...rest
  } = rowCounts(readManifest(backup))
  return rest
}

/** A service counts its hours once a minute, also beside its backup, which then marks the hours it counted. */
const COUNTED_MEANWHILE = ['clickhouse.hours', 'clickhouse.dirty_hours']
const pick = (all: Record<string, number>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, all[name]]))

test('a service that is killed while it is backed up starts again, and makes the next backup', async () => {
  const copy = fresh()
  cpSync(data, copy, { recursive: true, verbatimSymlinks: true })
  const first = runService({ DRIFTGAUGE_DATA: copy })
  const answer = await fetch(`${await first.url}/api/v1/backup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  })
  expect(answer.status).toBe(200)
  const reader = answer.body!.getReader()
  await reader.read()
  const again = await ask(`${await first.url}/api/v1/backup`, { method: 'POST' })
  expect(again).toMatchObject({ status: 409 })
  first.process.kill('SIGKILL')
  await first.ended
  await reader.cancel().catch(() => {})
  const snapshots = () =>
    readdirSync(join(copy, 'clickhouse/metadata/default')).filter((name) =>
      name.startsWith('driftgauge_snapshot'),
    )
  expect(snapshots().length).toBeGreaterThan(10)
  const second = runService({ DRIFTGAUGE_DATA: copy })
  await second.url
  const target = fresh()
  await mustRun({ DRIFTGAUGE_DATA: copy }, 'backup', target)
  const before = counts(at('data-backup'))
  const after = counts(target)
  expect(after).toEqual({ ...before, ...pick(after, COUNTED_MEANWHILE) })
  for (const table of COUNTED_MEANWHILE) expect(after[table]).toBeGreaterThanOrEqual(before[table])
  second.process.kill('SIGTERM')
  expect((await second.ended).code).toBe(0)
  expect(snapshots()).toEqual([])
})

test(
  'a restore that is killed anywhere can run again, and no service starts before',
  { timeout: 120_000 },
  async () => {
    const script = await bundle(join(ROOT, 'test/support/backup/restore-child.ts'))
    const child = (target: string, step: number) =>
      promisify(execFile)(process.execPath, [script, at('few-backup'), target, String(step)], { cwd: ROOT })
    const writes = Number((await child(fresh(), 0)).stdout)
    expect(writes).toBeGreaterThan(30)
    // The last one joins the two databases.
    for (const step of byDay([writes], [writes - 12, writes - 3, writes])) {
      const target = fresh()
      await expect(child(target, step)).rejects.toMatchObject({ signal: 'SIGKILL' })
      const start = runService({ DRIFTGAUGE_DATA: target })
      const { code, stderr } = await start.ended
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining('A restore into this ClickHouse is not finished.') as string,
      })
      await mustRun({ DRIFTGAUGE_DATA: target }, 'restore', at('few-backup'))
      const again = fresh()
      await mustRun({ DRIFTGAUGE_DATA: target }, 'backup', again)
      expect(counts(again)).toEqual(counts(at('few-backup')))
    }
  },
)

describeOnDisk('a full disk', () => {
  test('a backup says so and keeps nothing', async () => {
    const disk = smallDisk(8)
    const target = join(disk.path, 'backup')
    const { code, stderr } = await runToEnd({ DRIFTGAUGE_DATA: data }, 'backup', target)
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringMatching(/The disk of .* is full \(ENOSPC\)/) as string,
    })
    expect(readdirSync(disk.path)).toEqual([])
  })
})

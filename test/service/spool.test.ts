import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openSpool } from '../../service/spool.ts'

const shared = mkdtempSync(join(tmpdir(), 'driftgauge-spool-'))
afterAll(() => rmSync(shared, { recursive: true, force: true }))

test('what a killed process left a day ago is removed; what others remove meanwhile is no failure', async () => {
  const now = new Date()
  const [left, used] = ['left', 'used'].map((name) => join(shared, name))
  mkdirSync(left)
  mkdirSync(used)
  utimesSync(left, now, new Date(now.getTime() - 25 * 3_600_000))
  // As an entry that was there when the directory was listed, and is not when it is looked at.
  symlinkSync(join(shared, 'nowhere'), join(shared, 'gone'))
  const spool = await openSpool(shared, now)
  expect([left, used, spool.path].map((path) => existsSync(path))).toEqual([false, true, true])
  await spool.remove()
  expect(existsSync(spool.path)).toBe(false)
})

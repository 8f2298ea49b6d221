import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fillShop, MANY_EVENTS } from '../../support/backup/fill-shop.ts'
import { runService } from '../../support/child.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-backup-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('a service that is stopped while it is backed up cuts the backup, and leaves nothing of it', async () => {
  await fillShop(directory, MANY_EVENTS)
  const service = runService({ DRIFTGAUGE_DATA: directory })
  const { body, status } = await fetch(`${await service.url}/api/v1/backup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  })
  expect(status).toBe(200)
  const reader = body!.getReader()
  await reader.read()
  service.process.kill('SIGTERM')
  const { code, stderr } = await service.ended
  expect(code).toBe(0)
  expect(stderr).toContain('the backup was cut off: its request ended')
  expect(stderr).not.toContain('"level":50')
  const readToEnd = async () => {
    while (!(await reader.read()).done);
  }
  await expect(readToEnd()).rejects.toThrow()
  const tables = readdirSync(join(directory, 'clickhouse/metadata/default'))
  expect(tables.filter((name) => name.startsWith('driftgauge_snapshot'))).toEqual([])
  const spooled = readdirSync(join(directory, 'spool'), { recursive: true }).map(String)
  expect(spooled.filter((name) => name.includes('control-'))).toEqual([])
})

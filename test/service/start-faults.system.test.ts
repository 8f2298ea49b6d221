import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runService } from '../support/child.ts'
import { describeOnDisk, smallDisk } from '../support/disk.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const STARTED_AND_ENDED_WITHIN_MS = 30_000

/** How a start goes that is to fail, well before a container platform would wonder. */
async function failedStart(environment: Record<string, string>) {
  const began = Date.now()
  const child = runService(environment)
  const kill = setTimeout(() => child.process.kill('SIGKILL'), 2 * STARTED_AND_ENDED_WITHIN_MS)
  const { code, stderr } = await child.ended
  clearTimeout(kill)
  expect(Date.now() - began).toBeLessThan(STARTED_AND_ENDED_WITHIN_MS)
  expect(child.lines).toEqual([])
  return { code, stderr }
}

test('a file that commands find the service by and that cannot be written ends it, whatever else it would do', async () => {
  const data = join(directory, 'announced')
  mkdirSync(join(data, 'service.json/taken'), { recursive: true })
  // A broker that takes connections and never answers.
  const broker = createServer().listen(0, '127.0.0.1')
  await once(broker, 'listening')
  const { port } = broker.address() as { port: number }
  const { code, stderr } = await failedStart({ DRIFTGAUGE_DATA: data, KAFKA_BROKERS: `127.0.0.1:${port}` })
  broker.close()
  expect(code).toBe(2)
  expect(stderr).toMatch(/service\.json cannot be written \(EISDIR\)/)
})

test('a data directory that is a file ends it', async () => {
  const data = join(directory, 'file')
  writeFileSync(data, '')
  const { code, stderr } = await failedStart({ DRIFTGAUGE_DATA: data })
  expect(code).toBe(2)
  expect(stderr).toContain(`The data directory ${data} cannot be used`)
})

describeOnDisk('a disk', () => {
  test('that is full ends the start, and the message says so', { timeout: 120_000 }, async () => {
    const disk = smallDisk(100)
    const data = join(disk.path, 'data')
    disk.fill()
    const empty = await failedStart({ DRIFTGAUGE_DATA: data })
    expect(empty.code).toBe(2)
    expect(empty.stderr).toMatch(/is on a full disk \(ENOSPC\): free some space/)
    disk.free()
    const child = runService({ DRIFTGAUGE_DATA: data })
    await child.url
    child.process.kill('SIGTERM')
    expect((await child.ended).code).toBe(0)
    disk.fill()
    const used = await failedStart({ DRIFTGAUGE_DATA: data })
    expect(used.code).toBe(2)
    expect(used.stderr).toContain('is on a full disk (ENOSPC)')
  })

  test('that is read-only is not taken for one in use', { timeout: 120_000 }, async () => {
    const disk = smallDisk(100)
    const data = join(disk.path, 'data')
    const child = runService({ DRIFTGAUGE_DATA: data })
    await child.url
    // What is left behind by a process that was killed looks as if one were running.
    child.process.kill('SIGKILL')
    await child.ended
    disk.makeReadOnly()
    const { code, stderr } = await failedStart({ DRIFTGAUGE_DATA: data })
    expect(code).toBe(2)
    expect(stderr).toContain(`The data directory ${data} is not writable (EROFS)`)
    expect(stderr).not.toContain('in use')
  })

  test('that is read-only and new is named as such', async () => {
    const disk = smallDisk(1)
    disk.makeReadOnly()
    const { code, stderr } = await failedStart({ DRIFTGAUGE_DATA: join(disk.path, 'data/deeper') })
    expect(code).toBe(2)
    expect(stderr).toContain('is not writable (EROFS)')
  })
})

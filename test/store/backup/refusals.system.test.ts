import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeFrame, type Frame } from '../../../store/backup/frames.ts'
import { fillShop } from '../../support/backup/fill-shop.ts'
import { mustRun } from '../../support/backup/run.ts'
import { runCommand, runService } from '../../support/child.ts'
import { command } from '../../support/command.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-backup-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const at = (name: string) => join(directory, name)
let made = 0
const fresh = () => at(`fresh${++made}`)
const data = at('data')

beforeAll(async () => {
  await fillShop(data, 2_000)
  await mustRun({ DRIFTGAUGE_DATA: data }, 'backup', at('backup'))
})

/** In this process: each refusal would otherwise start one of its own. */
const runHere = (environment: Record<string, string>, ...line: string[]) =>
  command(line, { LOG_LEVEL: 'error', ...environment })

/** A copy of the backup, changed by `change`. */
function changed(change: (directory: string) => void): string {
  const copy = fresh()
  cpSync(at('backup'), copy, { recursive: true, verbatimSymlinks: true })
  change(copy)
  return copy
}

function edited(copy: string, change: (manifest: Record<string, unknown>) => void): void {
  const path = join(copy, 'manifest.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  change(manifest)
  writeFileSync(path, JSON.stringify(manifest))
}

const EVENTS = /^clickhouse-\d+-1\.native\.gz$/
const largest = (copy: string) =>
  join(copy, readdirSync(copy).filter((name) => EVENTS.test(name)).map((name) => [name, readFileSync(join(copy, name)).length] as const).sort((a, b) => b[1] - a[1])[0][0]) // prettier-ignore

describe('a restore refuses, and writes nothing:', () => {
  const cases: [string, (copy: string) => void, RegExp][] = [
    [
      'a byte that was flipped',
      (copy) => {
        const path = largest(copy)
        const bytes = readFileSync(path)
        bytes[bytes.length >> 1] ^= 1
        writeFileSync(path, bytes)
      },
      /does not have the checksum of its manifest.*Nothing was restored/,
    ],
    ['a file that was cut', (copy) => truncateSync(largest(copy), 1000), /has 1000 bytes instead of \d+/],
    ['a file that is gone', (copy) => rmSync(largest(copy)), /is missing/],
    ['a backup that was cut off', (copy) => rmSync(join(copy, 'manifest.json')), /holds no complete backup/],
    ['a manifest that was cut', (copy) => truncateSync(join(copy, 'manifest.json'), 500), /is damaged/],
    [
      'a newer format',
      (copy) =>
        edited(copy, (manifest) => Object.assign(manifest, { format: 2, release: '9.1.0', more: [] })),
      /made by a newer release \(9\.1\.0\)/,
    ],
    [
      'newer tables',
      (copy) =>
        edited(copy, (manifest) => (manifest.control_migrations as string[]).push('tables of the future')),
      /made by a newer release/,
    ],
    [
      'names of files elsewhere',
      (copy) => writeFileSync(join(copy, 'manifest.json'), readFileSync(join(copy, 'manifest.json'), 'utf8').replace('control-models', '../models')),
      /is damaged/,
    ], // prettier-ignore
  ]
  for (const [name, change, message] of cases)
    test(name, async () => {
      const target = fresh()
      const { code, stderr } = await runHere({ DRIFTGAUGE_DATA: target }, 'restore', changed(change))
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) as string })
      expect(existsSync(target)).toBe(false)
    })

  test('an installation that has data', async () => {
    const { code, stderr } = await runHere({ DRIFTGAUGE_DATA: data }, 'restore', at('backup'))
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(
        /The control database is not empty: models.*set DRIFTGAUGE_DATA to a new/,
      ) as string,
    })
    const other = fresh()
    cpSync(join(data, 'clickhouse'), join(other, 'clickhouse'), { recursive: true, verbatimSymlinks: true })
    const half = await runHere({ DRIFTGAUGE_DATA: other }, 'restore', at('backup'))
    expect(half).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ClickHouse is not empty') as string,
    })
  })

  test('an installation in use', async () => {
    const service = runService({ DRIFTGAUGE_DATA: fresh() })
    const target = at(`fresh${made}`)
    const url = await service.url
    const { code, stderr } = await runHere({ DRIFTGAUGE_DATA: target }, 'restore', at('backup'))
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(`The service at ${url} uses`) as string,
    })
    service.process.kill('SIGTERM')
    await service.ended
    // One that was started and has done nothing is empty.
    await mustRun({ DRIFTGAUGE_DATA: target }, 'restore', at('backup'))
  })
})

test('a backup goes into a directory of its own', async () => {
  const { code, stderr } = await runHere({ DRIFTGAUGE_DATA: data }, 'backup', at('backup'))
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('is not empty') as string })
})

/** A service that answers so. */
async function answering(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const stop = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop }
}

const FRAMES: Frame[] = [
  { type: 'plan', rows: 3 },
  { type: 'file', name: 'control-models.ndjson.gz' },
  { type: 'data', bytes: Buffer.from('abc') },
]

test('a backup that is killed leaves something behind that is no backup', async () => {
  const target = fresh()
  const { url, stop } = await answering((_, response) => {
    for (const frame of FRAMES) response.write(encodeFrame(frame))
  })
  const child = runCommand({ DRIFTGAUGE_URL: url }, 'backup', target)
  while (!existsSync(join(target, 'control-models.ndjson.gz'))) await delay(20)
  child.process.kill('SIGKILL')
  await child.ended
  stop()
  const { code, stderr } = await runHere({ DRIFTGAUGE_DATA: fresh() }, 'restore', target)
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining('no complete backup') as string,
  })
})

test.each<[string, Frame[], RegExp]>([
  ['that breaks off', FRAMES, /broke off/],
  [
    'that fails',
    [...FRAMES, { type: 'error', message: 'the disk is full' }],
    /The backup failed: the disk is full/,
  ],
  ['with a name elsewhere', [{ type: 'file', name: '../x.gz' }], /sent a file with the name/],
])('an answer %s leaves nothing behind', async (_, frames, message) => {
  const target = fresh()
  const { url, stop } = await answering((_request, response) => {
    for (const frame of frames) response.write(encodeFrame(frame))
    setTimeout(() => response.destroy(), 200)
  })
  const { code, stderr } = await runHere({ DRIFTGAUGE_URL: url }, 'backup', target)
  stop()
  expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringMatching(message) as string })
  expect(existsSync(target)).toBe(false)
})

/** Two processes that both detect, over one ClickHouse server and one control database. */
import { createServer } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { insertAlertEvents } from '../../control/alerting/insert-alert-events.ts'
import type { Control } from '../../control/database/control.ts'
import { openControl } from '../../control/database/open.ts'
import { channels, channelSchema } from '../../control/declared/channel.ts'
import { alertEvent } from '../support/channels.ts'
import { runService, type Child } from '../support/child.ts'
import { describeOnServer, startClickHouseServer } from '../support/stores/clickhouse-server.ts'
import { atEnd } from '../support/runner/at-end.ts'

const TAKEN_OVER_WITHIN_MS = 60_000
const ALERTS = 20
const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`

describeOnServer('two processes that detect', () => {
  let processes: Child[]
  let control: Control
  const heard: string[] = []
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'driftgauge-detectors-'))
    atEnd(() => rmSync(directory, { recursive: true, force: true }))
    const server = await startClickHouseServer(join(directory, 'store'))
    atEnd(() => server.close())
    const receiver = createServer((request, response) => {
      const id = request.headers['webhook-id'] as string
      // Not that the monitors, which nobody declared, have ended.
      if (/^[ab]0+\d+$/.test(id)) heard.push(id)
      request.resume().on('end', () => response.writeHead(204).end())
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', () => resolve()))
    atEnd(() => void receiver.close())
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
    const data = join(directory, 'data')
    const environment = {
      CLICKHOUSE_URL: server.url,
      DRIFTGAUGE_DATA: data,
      DRIFTGAUGE_WEBHOOK_ALLOW: '127.0.0.1',
    }
    const services = [runService(environment), runService(environment)]
    processes = services
    atEnd(async () => {
      for (const child of processes) child.process.kill('SIGKILL')
      await Promise.all(processes.map(({ ended }) => ended))
    })
    await Promise.all(services.map((service) => service.url))
    control = await openControl({ path: join(data, 'control.db') })
    atEnd(() => control.destroy())
    const team = channelSchema.parse({ name: 'team', webhook: { url, secret: SECRET } })
    await channels.put(control, 'team', team, new Date())
  }, 120_000)

  /** Stores alerts of as many monitors, each to be told once. */
  async function raise(prefix: string): Promise<string[]> {
    const events = Array.from({ length: ALERTS }, (_, i) =>
      alertEvent({
        id: `${prefix}${String(i).padStart(31, '0')}`,
        // Alerts of one model are told together.
        model: `${prefix}-${i}`,
        monitor: `${prefix}-${i}`,
        windowEnd: new Date('2026-01-05T00:00:00Z'),
        channels: ['team'],
      }),
    )
    await insertAlertEvents(control, events)
    return events.map(({ id }) => id)
  }

  const lease = () =>
    control.selectFrom('leases').selectAll().where('name', '=', 'scheduler').executeTakeFirstOrThrow()

  test('send each message once', async () => {
    const ids = await raise('a')
    await expect.poll(() => heard.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(ALERTS)
    await wait(12_000)
    expect(heard.toSorted()).toEqual(ids)
  }, 120_000)

  test('take over from one another within a minute of a death, and send each message once then', async () => {
    heard.length = 0
    const before = await lease()
    const active = processes.find(({ process }) => before.holder.split(' ')[1] === String(process.pid))!
    active.process.kill('SIGKILL')
    const ids = await raise('b')
    await expect.poll(() => heard.length, { timeout: TAKEN_OVER_WITHIN_MS }).toBe(ALERTS)
    await wait(1000)
    expect(heard.toSorted()).toEqual(ids)
    const after = await lease()
    expect(after.token).toBe(before.token + 1)
    expect(after.holder).not.toBe(before.holder)
  }, 120_000)
})

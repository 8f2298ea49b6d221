import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig, type Environment } from '../../config.ts'
import type { ControlLocation } from '../../control/database/control.ts'
import { ControlFull } from '../../control/database/errors.ts'
import type { Service } from '../../service/service.ts'
import type { StoreLocation } from '../../store/engine/client.ts'
import { isDiskFull, StoreError, StoreFull } from '../../store/engine/errors.ts'
import { demoConfig } from './config.ts'
import { createDemoDatabase, createDemoSchema } from './database.ts'
import { RequestFailed } from './http.ts'
import { startReceiver } from './receiver.ts'
import { startOnFreePort } from './start.ts'
import { tell } from './tell.ts'
import { stopSignal } from '../serve/run.ts'
import { say } from '../shared/print.ts'

export interface DemoOptions {
  /** End after the story in place of going on serving. */
  exit: boolean
}

/** Replays half a year of real flights through a service of its own and tells what it found. Returns the exit code. */
export async function demo(options: DemoOptions, environment: Environment): Promise<number> {
  const stopping = new AbortController()
  const stopped = stopSignal().then(() => stopping.abort())
  const endings: (() => Promise<void>)[] = []
  let service: Service | undefined
  try {
    const directory = await mkdtemp(join(tmpdir(), 'driftgauge-demo-'))
    endings.push(() => rm(directory, { recursive: true, force: true }))
    const receiver = await startReceiver()
    endings.push(() => receiver.close())
    const given = readConfig({ ...environment, HOST: '127.0.0.1', DRIFTGAUGE_DATA: directory })
    const own = async (location: StoreLocation | ControlLocation, create: typeof createDemoDatabase) => {
      if (location === 'memory' || !('url' in location)) return undefined
      const { url, drop } = await create(location.url)
      endings.push(drop)
      return url
    }
    const config = demoConfig(environment, {
      directory,
      clickhouse: await own(given.store, createDemoDatabase),
      postgres: await own(given.control, createDemoSchema),
      receiver: new URL(receiver.url).host,
    })
    service = await startOnFreePort(config, stopping.signal)
    endings.push(service.stop.bind(service))
    await tell({ service, receiver, directory, signal: stopping.signal })
    say(`ready: ${service.url}`)
    if (!options.exit) {
      process.stderr.write('Serving the dashboard until Ctrl-C.\n')
      await stopped
    }
  } catch (cause) {
    if (stopping.signal.aborted && cause === stopping.signal.reason) return 0
    // Where ClickHouse has room, what is full is the disk to which the service writes bodies.
    const full = service?.store.health.full ?? { own: cause instanceof RequestFailed && cause.status === 507 }
    const isFull = full.own || isOutOfRoom(cause)
    throw isFull ? StoreError.noRoom(tmpdir(), cause) : cause
  } finally {
    for (const end of endings.reverse())
      // What is left must not keep the rest, nor hide what went wrong before.
      await end().catch((cause: unknown) => process.stderr.write(`driftgauge: ${String(cause)}\n`))
  }
  return 0
}

function isOutOfRoom(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false
  if (cause instanceof StoreFull || cause instanceof ControlFull) return cause.own
  return isDiskFull((cause as NodeJS.ErrnoException).code) || isOutOfRoom(cause.cause)
}

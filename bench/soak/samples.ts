import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DAY_MS, HOUR_MS } from '../../domain/time.ts'
import { SHIFTING } from './events.ts'
import { HOURLY, MODEL } from './monitors.ts'
import { activePartsIn } from './parts.ts'
import type { SoakService } from './service.ts'

export const PAGES = ['overview', 'model page', 'column page'] as const
/** Milliseconds. */
export type PageTimes = Record<(typeof PAGES)[number], number>

/** How long the requests take that three pages make, of the last week. */
export async function readPages(service: SoakService, now: number): Promise<PageTimes> {
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS
  const period = (from: number, to: number) =>
    `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`
  const model = `/models/${MODEL}`
  const week = period(hour - 7 * DAY_MS, hour + HOUR_MS)
  const read = async (...paths: string[]) => {
    const started = performance.now()
    for (const path of paths) await service.call('GET', path)
    return performance.now() - started
  }
  return {
    overview: await read('/overview'),
    'model page': await read(model, `${model}/heatmap?monitor=${HOURLY.monitor}&${week}`, `${model}/volume`),
    'column page': await read(
      `${model}/results?monitor=${HOURLY.monitor}&column=${SHIFTING}&${week}`,
      `${model}/columns/${SHIFTING}/distribution?${period(hour - DAY_MS, hour)}`,
    ),
  }
}

export interface Size {
  /** Bytes. */
  disk: number
  /** Of ClickHouse, all tables together. */
  parts: number
}

const run = promisify(execFile)

/** What a data directory takes. */
export async function sizeOf(directory: string): Promise<Size> {
  // It complains of files that go while it looks, and gives the sum all the same.
  const { stdout } = await run('du', ['-sk', directory]).catch((error: { stdout: string }) => error)
  return { disk: parseInt(stdout) * 1024, parts: await activePartsIn(join(directory, 'clickhouse')) }
}

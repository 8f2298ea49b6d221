import { mkdtempSync, readdirSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  settled,
  startBrowser,
} from '../support/pages/browser.ts'
import { runService, type Child } from '../support/child.ts'
import { describeOnServer, startClickHouseServer } from '../support/stores/clickhouse-server.ts'
import { ask } from '../support/ask.ts'

const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
const declarations = join(directory, 'models.yaml')
writeFileSync(declarations, 'models:\n  - { name: shop, task: binary, features: { a: numeric } }\n')
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const ROWS = 500

/** Sends as many predictions of January, and a few of February. */
async function fill(url: string): Promise<void> {
  const event = (month: number, i: number) => ({
    id: `${month} ${i}`,
    ts: Date.UTC(2026, month, 5) + i,
    features: { a: i },
  })
  const events = [
    ...Array.from({ length: ROWS }, (_, i) => event(0, i)),
    ...Array.from({ length: 20 }, (_, i) => event(1, i)),
  ]
  const { status } = await ask(`${url}/api/v1/models/shop/predictions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(events),
  })
  expect(status).toBe(200)
}

/** Cuts off what is stored of the predictions of January. */
function damage(data: string): void {
  const table = realpathSync(join(data, 'data/default/predictions_shop'))
  const parts = readdirSync(table).filter((name) => name.startsWith('202601_'))
  for (const part of parts) {
    const path = join(table, part)
    for (const file of readdirSync(path).filter((name) => name.endsWith('.bin')))
      truncateSync(join(path, file), 1)
  }
  expect(parts.length).toBeGreaterThan(0)
}

async function end(child: Child): Promise<string> {
  child.process.kill('SIGTERM')
  const { code, stderr } = await child.ended
  expect(code).toBe(0)
  return stderr
}

/** The service says in each of its ways what is missing, and does its work. */
async function expectSaid(url: string, rows: number | null): Promise<void> {
  const ready = await ask(`${url}/readyz`)
  expect(ready.status).toBe(200)
  expect(ready.body.reasons).toEqual([])
  expect(ready.body.warnings.join()).toMatch(/^1 broken part/)
  const { status, body } = await ask(`${url}/api/v1/store/broken-parts`)
  expect(status).toBe(200)
  expect(body.broken_parts).toEqual([
    expect.objectContaining({ table: 'predictions_shop', model: 'shop', month: '2026-01', rows }),
  ])
}

function expectLogged(stderr: string, rows: number | undefined): void {
  const lines = stderr.split('\n').filter((line) => line.startsWith('{'))
  const errors = lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ level }) => level === 50)
  expect(errors).toEqual([
    expect.objectContaining({
      table: 'predictions_shop',
      model: 'shop',
      month: '2026-01',
      ...(rows && { rows }),
    }),
  ])
  expect(errors[0].msg).toMatch(/stored data are broken/)
}

describeBrowser('a part that the embedded engine finds broken at a start', () => {
  test('is said in the log, by readiness and on the overview', { timeout: 240_000 }, async () => {
    const data = join(directory, 'embedded')
    const environment = { DRIFTGAUGE_DATA: data, DRIFTGAUGE_CONFIG: declarations }
    const first = runService(environment)
    const url = await first.url
    await fill(url)
    expect((await ask(`${url}/readyz`)).body.warnings).toEqual([])
    expect((await ask(`${url}/api/v1/store/broken-parts`)).body).toEqual({ broken_parts: [] })
    await end(first)
    damage(join(data, 'clickhouse'))

    const second = runService(environment)
    const browser = await startBrowser()
    try {
      const again = await second.url
      await expectSaid(again, ROWS)
      const page = await browser.open(again)
      const banner = page.getByRole('region', { name: 'Some stored data is broken' })
      await banner.waitFor()
      await settled(page)
      expect(await banner.innerText()).toMatch(/predictions_shop, 2026-01:\s+500 rows/)
      await expectFits(page, 'the banner')
      await expectAccessible(page, 'the banner')
      expect(browser.faults).toEqual([])
    } finally {
      await browser.close()
    }
    expectLogged(await end(second), ROWS)
  })
})

describeOnServer('a part that a ClickHouse server finds broken at a start', () => {
  test('is said in the log and by readiness', { timeout: 240_000 }, async () => {
    const data = join(directory, 'server')
    const server = await startClickHouseServer(data)
    const start = () =>
      runService({
        CLICKHOUSE_URL: server.url,
        DRIFTGAUGE_DATA: join(directory, 'beside'),
        DRIFTGAUGE_CONFIG: declarations,
      })
    try {
      const first = start()
      await fill(await first.url)
      await end(first)
      await server.kill()
      damage(data)
      await server.restart()
      const second = start()
      await expectSaid(await second.url, null)
      expectLogged(await end(second), undefined)
    } finally {
      await server.close()
    }
  })
})

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { System } from '../../../api/contract/operation/system.ts'
import { runService } from '../../support/child.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  settled,
  startBrowser,
  type Browser,
} from '../../support/pages/browser.ts'
import {
  describeOnServer,
  startClickHouseServer,
  type ClickHouseServer,
} from '../../support/stores/clickhouse-server.ts'
import { ask } from '../../support/ask.ts'

const KEY = 'a-key-of-32-characters-0123456789'
const WIDTHS = [1440, 2200, 390]

/** Pictures of the page are left here where it is set. */
const pictures = process.env.SCREENSHOTS
const picture = async (page: Page, name: string) => {
  if (pictures === undefined) return
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
}

describeOnServer('the page of the system', () => {
  describeBrowser('over two processes', () => {
    const directory = mkdtempSync(join(tmpdir(), 'driftgauge-system-'))
    let server: ClickHouseServer
    let api: ReturnType<typeof runService>
    let worker: ReturnType<typeof runService>
    let url: string
    let readKey: string
    let light: Browser
    let dark: Browser
    const start = (role: string) =>
      runService(
        {
          CLICKHOUSE_URL: server.url,
          DRIFTGAUGE_DATA: join(directory, 'data'),
          DRIFTGAUGE_API_KEYS: KEY,
          LOG_LEVEL: 'error',
        },
        '--roles',
        role,
      )
    const call = (method: string, path: string, body?: unknown) =>
      ask(`${url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    const system = async () => (await call('GET', '/system')).body as System

    beforeAll(async () => {
      server = await startClickHouseServer(join(directory, 'store'))
      api = start('api')
      url = await api.url
      worker = start('detect')
      await worker.url
      const features = { distance: 'numeric' }
      await call('POST', '/models', { name: 'flights', task: 'binary', features })
      const now = Date.now()
      const events = Array.from({ length: 200 }, (_, i) => ({ id: `p${i}`, ts: now - i * 600_000, features: { distance: i } })) // prettier-ignore
      await call('POST', '/models/flights/predictions', events)
      await call('POST', '/models/flights/predictions', [{ id: 'x', ts: 'never', features: {} }])
      await call('POST', '/channels', { name: 'team', webhook: { url: 'https://example.com', secret: KEY } })
      readKey = (await call('POST', '/keys', { name: 'reader', scopes: ['read'] })).body.key as string
      ;[light, dark] = [await startBrowser(), await startBrowser(undefined, 'dark')]
    }, 120_000)
    afterAll(async () => {
      await Promise.all([light?.close(), dark?.close()])
      for (const child of [api, worker]) child?.process.kill('SIGKILL')
      await Promise.all([api?.ended, worker?.ended])
      await server?.close()
      rmSync(directory, { recursive: true, force: true })
    })

    async function open(browser: Browser, key: string): Promise<Page> {
      const page = await browser.open(`${url}/system`)
      await page.getByLabel('API key').fill(key)
      await page.getByRole('button', { name: 'Open the dashboard' }).click()
      await page.getByRole('heading', { name: 'System' }).waitFor()
      await settled(page)
      return page
    }
    async function expectGood(page: Page, where: string): Promise<void> {
      await expectAccessible(page, where)
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 })
        await expectFits(page, `${where} at ${width}`)
        await picture(page, `${where} ${width}`)
      }
    }
    const stateOf = (page: Page) => page.locator('#system-state')

    test('says that all is well, from what both processes know; a key that reads sees nothing to change', { timeout: 180_000 }, async () => {
      // The first evaluation on schedule begins with a minute.
      await expect.poll(async () => (await system()).scheduler, { timeout: 120_000 }).toMatchObject({
        known: true,
        holder: { pid: worker.process.pid },
        last_started_at: expect.any(String),
        duration_ms: expect.any(Number),
      })
      await expect.poll(async () => (await system()).state, { timeout: 30_000 }).toBe('ok')
      for (const [browser, theme] of [[light, 'light'], [dark, 'dark']] as const) {
        const page = await open(browser, readKey)
        await stateOf(page).getByText('No problems found.').waitFor()
        await page.getByText('1 record could not be read in the last 24 hours.').waitFor()
        const processes = page.getByRole('region', { name: 'Processes' })
        await processes.getByText(`process ${worker.process.pid}`).waitFor()
        await processes.getByText('answers this page').waitFor()
        await page.getByRole('region', { name: 'Storage', exact: true }).getByText('predictions_flights').waitFor()
        const buttons = await page.locator('main').getByRole('button').allTextContents()
        expect(buttons.filter((text) => !/^\s*Show/.test(text))).toEqual([])
        await expectGood(page, `well, ${theme}`)
        await page.close()
      } // prettier-ignore
    }) // prettier-ignore

    test('shows what still is known while ClickHouse is away, and by itself that it is back', { timeout: 180_000 }, async () => {
      const pages = [await open(light, readKey), await open(dark, readKey)]
      await server.kill()
      const began = performance.now()
      const { status, body } = await call('GET', '/system')
      expect([status, body.state]).toEqual([200, 'critical'])
      expect(performance.now() - began).toBeLessThan(4_000)
      for (const part of ['counting', 'dead_letters', 'storage', 'disks', 'clickhouse_schema'])
        expect(body[part], part).toMatchObject({ known: false, reason: expect.stringContaining('ClickHouse') })
      for (const part of ['processes', 'scheduler', 'outbox', 'missed', 'control_schema'])
        expect(body[part], part).toMatchObject({ known: true })
      for (const [i, page] of pages.entries()) {
        await stateOf(page).getByText(/^ClickHouse is not available \(ECONNREFUSED\)/).waitFor({ timeout: 30_000 })
        await page.getByText('Check that it runs and that CLICKHOUSE_URL reaches it.').waitFor()
        await page.getByRole('region', { name: 'Storage', exact: true }).getByText('Not known').waitFor()
        await page.getByRole('region', { name: 'Messages' }).getByText('team').waitFor()
        await expectGood(page, `away, ${['light', 'dark'][i]}`)
      }
      await server.restart()
      for (const page of pages) {
        await page.getByRole('region', { name: 'Storage', exact: true }).getByText('predictions_flights').waitFor({ timeout: 60_000 })
        await page.close()
      }
      // What failed stays to be seen.
      const [clickhouse] = (await system()).dependencies
      expect(clickhouse).toMatchObject({ state: 'up', last_error: expect.stringContaining('ECONNREFUSED') })
    }) // prettier-ignore

    test(
      'says that nothing evaluates once the one process that did is stopped',
      { timeout: 60_000 },
      async () => {
        const page = await open(light, readKey)
        worker.process.kill('SIGTERM')
        expect((await worker.ended).code).toBe(0)
        await stateOf(page).getByText('No running process evaluates').waitFor({ timeout: 40_000 })
        await page.close()
      },
    )

    test(
      'keys are rotated on the settings, and say when they were last used',
      { timeout: 60_000 },
      async () => {
        const page = await open(light, KEY)
        await page.goto(`${url}/settings`)
        const row = page.getByRole('row', { name: /reader/ })
        await row.getByText(/ago|just now/).waitFor()
        await row.getByRole('button', { name: 'Rotate' }).click()
        const dialog = page.getByRole('dialog')
        await dialog.getByRole('heading', { name: 'Rotate reader' }).waitFor()
        await expectAccessible(page, 'rotate a key')
        await picture(page, 'rotate')
        await dialog.getByLabel('for 1 hour').check()
        await dialog.getByRole('button', { name: 'Rotate' }).click()
        const fresh = (await dialog.getByText(/^dg_/).textContent())!.trim()
        await dialog.getByRole('button', { name: 'Done' }).click()
        await page.getByText(/replaced; refused in (1 h|60 min)/).waitFor()
        await expectAccessible(page, 'settings with a rotated key')
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 })
          await expectFits(page, `settings at ${width}`)
          await picture(page, `settings ${width}`)
        }
        for (const key of [readKey, fresh])
          expect((await ask(`${url}/api/v1/models`, { headers: { 'x-api-key': key } })).status).not.toBe(401)
        await page.close()
      },
    )
  })
})

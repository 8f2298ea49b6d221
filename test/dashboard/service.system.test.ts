import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generationClock, rollup } from '../../detectors/rollup/rollup.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  startBrowser,
  type Browser,
} from '../support/pages/browser.ts'
import { runService } from '../support/child.ts'
import { ask } from '../support/ask.ts'
import { testService, type TestService } from '../support/service.ts'

const START = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000
const KEY = 'a-key-of-32-characters-0123456789'

const HOSTILE = [
  '<img src=x onerror="window.hacked=1">',
  '"><script>window.hacked=1</script>',
  '{red|text} {b}',
  'a/b?c=d#e%20f',
  '🛫 départ',
  '\u202eevil\u202c',
  'x'.repeat(200),
  '%',
]

/** The day before is the baseline, and on the next one all of them are shifted. */
async function fill(service: TestService, features: readonly string[]): Promise<void> {
  const must = async (path: string, body: unknown, headers = {}) => {
    const answer = await service.call('POST', path, body, headers)
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  }
  await must('/models', {
    name: 'hostile',
    task: 'binary',
    features: Object.fromEntries(features.map((name) => [name, 'numeric'])),
  })
  const lines = Array.from({ length: 48 * 20 }, (_, i) => {
    const shift = i < 24 * 20 ? 0 : 8
    const values = Object.fromEntries(features.map((name) => [name, (i % 20) + shift]))
    return JSON.stringify({
      id: `p${i}`,
      ts: START + Math.floor(i / 20) * HOUR,
      features: values,
      prediction: 'yes',
    })
  })
  await must('/models/hostile/predictions', lines.join('\n'), { 'content-type': 'application/x-ndjson' })
  const [from, to] = [new Date(START).toISOString(), new Date(START + 24 * HOUR).toISOString()]
  await must('/models/hostile/baselines', { name: '<b>first</b>', window: { from, to } })
  const model = (await service.models.find('hostile'))!
  await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
  await must('/monitors', { name: 'daily', model: 'hostile' })
  await must('/monitors/daily/run', { asOf: new Date(START + 49 * HOUR).toISOString() })
}

describeBrowser('the dashboard of a service', () => {
  let browser: Browser
  let service: TestService
  beforeAll(async () => {
    service = await testService()
    browser = await startBrowser()
  })
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-'))
  afterAll(async () => {
    await browser.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('leads by the hand while there is nothing, and shows the first model as it arrives', async () => {
    const page = await browser.open(service.url)
    await page.getByRole('heading', { level: 1, name: 'No models yet' }).waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    await expectAccessible(page, 'first steps')
    await page.getByText('Declare it in another way').click()
    await page.getByRole('button', { name: 'Copy the code for declaring a model' }).click()
    const copied = await page.evaluate<string>('navigator.clipboard.readText()')
    expect(copied).toContain(`curl ${service.url}/api/v1/models -H 'content-type: application/json' -d`)
    const [, body] = /-d '([^']+)'/.exec(copied)!
    expect((await service.call('POST', '/models', body, { 'content-type': 'application/json' })).status).toBe(
      201,
    )

    await page.getByRole('link', { name: 'flights' }).waitFor()
    await page.getByText('No events yet').waitFor()
    await page.getByRole('link', { name: 'flights' }).click()
    await page.getByText('No predictions yet').waitFor()
    const event = {
      id: '1',
      ts: new Date().toISOString(),
      features: { hour: 17, origin: 'ORD' },
      prediction: 'late',
    }
    await service.call('POST', '/models/flights/predictions', [event])
    await page.getByText('No baseline yet').waitFor()
    await expectAccessible(page, 'next steps')
    await page.close()
  })

  test('the first page loads at most 150 KB of scripts and styles, packed, and no chart', async () => {
    const page = await browser.open(service.url)
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor()
    const loaded = await page.evaluate<[string, number][]>(
      "performance.getEntriesByType('resource').map(({ name, encodedBodySize }) => [name, encodedBodySize])",
    )
    const bytes = (ending: RegExp) =>
      loaded.filter(([name]) => ending.test(name)).reduce((sum, [, size]) => sum + size, 0)
    const code = bytes(/\.(js|css)$/)
    console.log(
      `first load: ${(code / 1000).toFixed(0)} KB of scripts and styles, ${(bytes(/\.woff2$/) / 1000).toFixed(0)} KB of fonts`,
    )
    expect(code).toBeGreaterThan(10_000)
    expect(code).toBeLessThan(150_000)
    expect(loaded.filter(([name]) => /echarts/.test(name))).toEqual([])
    await page.close()
  })

  test('shows hostile names as text, and finds the way to each of their pages', async () => {
    await fill(service, HOSTILE)
    const page = await browser.open(`${service.url}/models/hostile`)
    page.on('dialog', () => browser.faults.push('a dialog'))
    await page.getByRole('region', { name: 'Columns with their newest verdict' }).waitFor()
    await expectAccessible(page, 'hostile names')
    for (const name of HOSTILE) {
      await page
        .getByRole('region', { name: 'Columns with their newest verdict' })
        .getByRole('link', { name, exact: true })
        .click()
      await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
      await page.locator('[data-figure="PSI"]').waitFor()
      await page
        .getByRole('region', { name: /over time$/ })
        .locator('canvas')
        .first()
        .waitFor()
      await page.goBack()
    }
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    await expectFits(page, 'hostile names')
    await page.close()
  })

  test('asks for a key where the service does', async () => {
    const locked = runService({ DRIFTGAUGE_DATA: join(directory, 'locked'), DRIFTGAUGE_API_KEYS: KEY })
    const own = await startBrowser()
    const page = await own.open(await locked.url)
    await page.getByRole('heading', { level: 1, name: 'API key required' }).waitFor()
    await expectAccessible(page, 'key')
    await page.getByLabel('API key').fill('wrong-key-0123456789')
    await page.getByRole('button', { name: 'Open the dashboard' }).click()
    await page.getByText('The service rejected this key').waitFor()
    await page.getByLabel('API key').fill(KEY)
    await page.getByRole('button', { name: 'Open the dashboard' }).click()
    await page.getByRole('heading', { level: 1, name: 'No models yet' }).waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    // The answers 401 are what this is about; nothing else went wrong.
    expect(own.faults.filter((fault) => !fault.includes('401'))).toEqual([])
    await own.close()
    locked.process.kill('SIGTERM')
    expect((await locked.ended).code, 'an open page does not keep the service from ending').toBe(0)
  })

  test('tells when the service is gone, and is up to date once it is back', async () => {
    const environment = { DRIFTGAUGE_DATA: join(directory, 'gone'), LOG_LEVEL: 'warn' }
    const before = runService(environment)
    const url = await before.url
    const own = await startBrowser()
    const page = await own.open(url)
    await page.getByText('Live', { exact: true }).waitFor()
    before.process.kill('SIGKILL')
    await before.ended
    await page.getByText('Reconnecting').waitFor()
    const after = runService({ ...environment, PORT: new URL(url).port })
    const declare = {
      method: 'POST',
      body: JSON.stringify({ name: 'meanwhile', task: 'binary', features: { a: 'numeric' } }),
    }
    const headers = { 'content-type': 'application/json' }
    expect((await ask(`${await after.url}/api/v1/models`, { ...declare, headers })).status).toBe(201)
    await page.getByText('Live', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'meanwhile' }).waitFor()
    await own.close()
    after.process.kill('SIGTERM')
    expect((await after.ended).code).toBe(0)
  })

  test('no page made an error, nor met the content security policy', () => {
    expect(browser.faults).toEqual([])
  })
})

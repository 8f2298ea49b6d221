/** The pages over a model one of whose segments drifts while the whole does not. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generationClock, rollup } from '../../detectors/rollup/rollup.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  settled,
  startBrowser,
  type Browser,
} from '../support/pages/browser.ts'
import { seeded } from '../support/samples/columns.ts'
import { testService, type TestService } from '../support/service.ts'

const START = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000
const PER_HOUR = 400
const PATIENT = { timeout: 20_000 }

async function post(service: TestService, path: string, body: unknown, headers = {}): Promise<void> {
  const answer = await service.call('POST', path, body, headers)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
}

async function rollUp(service: TestService): Promise<void> {
  const model = (await service.models.find('flights'))!
  await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
}

/** The first day is the baseline; on the next one x moves in SEA, one row in twenty. */
async function fill(service: TestService): Promise<void> {
  const must = (path: string, body: unknown, headers?: Record<string, string>) =>
    post(service, path, body, headers)
  const features = { x: 'numeric', origin: 'categorical', weather: 'categorical' }
  await must('/models', { name: 'flights', task: 'binary', positive: 'late', features, segments: ['origin'] })
  const random = seeded(5)
  const lines = Array.from({ length: 48 * PER_HOUR }, (_, i) => {
    const origin = i % 20 === 0 ? 'SEA' : ['ATL', 'ORD', '<b>other</b>', 'DFW'][i % 4]
    const moved = i >= 24 * PER_HOUR && origin === 'SEA'
    return JSON.stringify({
      id: `p${i}`,
      ts: START + Math.floor(i / PER_HOUR) * HOUR,
      version: i % 3 === 0 ? '2' : '1',
      features: {
        x: random() + random() + (moved ? 1.2 : 0),
        origin,
        weather: ['clear', 'rain', 'snow'][Math.floor(3 * random() * random())],
      },
      prediction: random() < 0.3 ? 'late' : 'fine',
      score: random(),
    })
  })
  await must('/models/flights/predictions', lines.join('\n'), { 'content-type': 'application/x-ndjson' })
  const [from, to] = [new Date(START).toISOString(), new Date(START + 24 * HOUR).toISOString()]
  await must('/models/flights/baselines', { name: 'first day', window: { from, to } })
  await rollUp(service)
  await must('/monitors', {
    name: 'by-origin',
    model: 'flights',
    checks: ['feature', 'prediction'],
    segments: ['origin'],
    by_version: true,
  })
  for (const hours of [30, 36, 42, 48])
    await must('/monitors/by-origin/run', { asOf: new Date(START + hours * HOUR + 900_000).toISOString() })
}

describeBrowser('segments on the dashboard', () => {
  let service: TestService
  let browser: Browser
  beforeAll(async () => {
    service = await testService()
    await fill(service)
    browser = await startBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser.close()
  })

  test('the column page lists them by severity, and leads to each', async () => {
    const page = await browser.open(`${service.url}/models/flights/columns/x?kind=feature`)
    await settled(page)
    const panel = page.getByRole('region', { name: 'Segments', exact: true })
    const names = panel.locator('tbody a')
    await expect.poll(() => names.allInnerTexts(), PATIENT).toHaveLength(1 + 5 + 2)
    expect((await names.allInnerTexts()).slice(0, 2)).toEqual(['whole model', 'origin=SEA'])
    expect(await panel.locator('tbody tr').nth(0).innerText()).toContain('Stable')
    expect(await panel.locator('tbody tr').nth(1).innerText()).toContain('Critical')
    await expectAccessible(page, 'column')
    await panel.getByRole('link', { name: 'origin=SEA' }).click()
    await page.getByRole('heading', { level: 1, name: 'x (segment origin=SEA)' }).waitFor()
    await settled(page)
    expect(new URL(page.url()).searchParams.get('segment')).toBe('origin=SEA')
    await panel.locator('[aria-current="page"]', { hasText: 'origin=SEA' }).waitFor()
    await page.getByRole('combobox', { name: 'Segment' }).selectOption({ label: 'Whole model' })
    await page.getByRole('heading', { level: 1, name: 'x', exact: true }).waitFor()
    await page.close()
  })

  test('the table of columns names the segment that is worse than the whole model, and leads to it', async () => {
    const page = await browser.open(`${service.url}/models/flights`)
    await settled(page)
    const rows = page.getByRole('region', { name: 'Columns with their newest verdict' })
    const row = rows.getByRole('row', { name: /^x / })
    await row.getByRole('link', { name: 'Critical in segment origin=SEA' }).waitFor(PATIENT)
    expect(await row.innerText()).toContain('Stable')
    expect(await rows.getByRole('link', { name: /in segment|in version/ }).count()).toBe(1)
    await expectAccessible(page, 'columns with a worse segment')
    await row.getByRole('link', { name: /origin=SEA/ }).click()
    await page.getByRole('heading', { level: 1, name: 'x (segment origin=SEA)' }).waitFor()
    await page.close()
  })

  test('the compare page opens on the column that is worst in any part of the model', async () => {
    const page = await browser.open(`${service.url}/models/flights/compare`)
    await page.getByRole('heading', { level: 1, name: 'x by origin' }).waitFor(PATIENT)
    expect(await page.getByRole('combobox', { name: 'Column' }).locator('option').count()).toBeGreaterThan(1)
    await page.close()
  })

  test('the model page shows the part that is chosen, and its address keeps it', async () => {
    const page = await browser.open(`${service.url}/models/flights`)
    await settled(page)
    await page.getByRole('combobox', { name: 'Segment' }).selectOption({ label: 'origin=SEA' })
    const rows = page.getByRole('region', { name: 'Columns with their newest verdict' })
    await rows.getByRole('link', { name: 'x', exact: true }).waitFor()
    await page.getByText('segment origin=SEA only').waitFor()
    expect(new URL(page.url()).searchParams.get('segment')).toBe('origin=SEA')
    await page.reload()
    await settled(page)
    const links = await rows
      .getByRole('link')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href')!))
    expect(links).toHaveLength(5)
    for (const link of links)
      expect(new URL(link, service.url).searchParams.get('segment')).toBe('origin=SEA')
    expect(await rows.getByRole('row', { name: /^x / }).innerText()).toContain('Critical')
    await page.getByRole('combobox', { name: 'Segment' }).selectOption({ label: '2' })
    await page.getByText('version 2 only').waitFor()
    await settled(page)
    expect(await rows.getByRole('row', { name: /^x / }).innerText()).toContain('Stable')
    await expectAccessible(page, 'model')
    await page.getByRole('link', { name: 'Compare segments' }).click()
    await page.getByRole('heading', { level: 1, name: 'x by origin' }).waitFor()
    await page.close()
  })

  test('the compare page has a chart a segment or version, on one scale', async () => {
    const page = await browser.open(`${service.url}/models/flights/compare?column=x&kind=feature`)
    await page.getByRole('heading', { level: 1, name: 'x by origin' }).waitFor()
    const parts = page.locator('main li h2')
    await expect.poll(() => parts.allInnerTexts(), PATIENT).toHaveLength(1 + 5)
    expect((await parts.allInnerTexts()).slice(0, 2)).toEqual(['whole model', 'origin=SEA'])
    expect(await page.locator('main li svg[role="img"]').count()).toBe(6)
    await expectAccessible(page, 'compare')
    await page.getByLabel('By').selectOption({ label: 'version' })
    await expect
      .poll(() => parts.allInnerTexts(), PATIENT)
      .toEqual(['whole model', expect.stringMatching(/version/), expect.stringMatching(/version/)])
    await page.getByRole('combobox', { name: 'Column' }).selectOption({ label: 'weather (feature)' })
    await page.getByRole('heading', { level: 1, name: 'weather by version' }).waitFor()
    await settled(page)
    await page.setViewportSize({ width: 390, height: 844 })
    await expectFits(page, 'compare')
    await page.close()
  })

  test('where versions have baselines of their own, each chart says what it is compared with', async () => {
    const window = { from: new Date(START).toISOString(), to: new Date(START + 12 * HOUR).toISOString() }
    await post(service, '/models/flights/baselines', { name: 'half a day', window })
    await post(service, '/models/flights/baselines/2/activate', { for_version: '2' })
    await rollUp(service)
    const asOf = new Date(START + 48 * HOUR + 900_000).toISOString()
    await post(service, '/monitors/by-origin/run', { asOf })
    const page = await browser.open(`${service.url}/models/flights/compare?column=x&kind=feature&by=version`)
    const part = (name: string) => page.locator('main li', { has: page.getByRole('link', { name }) })
    await part('version 2').getByText('Compared with baseline 2').waitFor()
    await part('version 1').getByText('Compared with baseline 1').waitFor()
    expect(await page.locator('main li svg[role="img"]').count()).toBe(3)
    await page.goto(`${service.url}/models/flights?version=2`)
    await page.getByText('baseline 2 “half a day”').waitFor()
    await page.close()
  })

  test('nothing went wrong on any of them', () => {
    expect(browser.faults).toEqual([])
  })
})

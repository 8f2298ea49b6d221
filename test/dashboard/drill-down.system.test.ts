/** From a whole model to the rows: periods dragged on charts, cells of days and weeks, importance, bins. */
import { formatNumber } from '../../charts/format.ts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generationClock, rollup } from '../../detectors/rollup/rollup.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  startBrowser,
  type Browser,
} from '../support/pages/browser.ts'
import { pictureOf } from '../support/pages/chart-picture.ts'
import { testService, type TestService } from '../support/service.ts'

const START = Date.UTC(2026, 0, 5)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const PER_HOUR = 30
const DAYS = 11

const iso = (time: number) => new Date(time).toISOString()

/** Two days are the baseline; on the last two, amounts are far higher. */
async function fill(service: TestService): Promise<void> {
  const must = async (path: string, body: unknown, headers = {}) => {
    const answer = await service.call('POST', path, body, headers)
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  }
  await must('/models', {
    name: 'shop',
    task: 'binary',
    features: {
      amount: { kind: 'numeric', importance: 0.7 },
      country: { kind: 'categorical', importance: 0.1 },
      extra: 'numeric',
    },
  })
  const lines = Array.from({ length: DAYS * 24 * PER_HOUR }, (_, i) => {
    const hour = Math.floor(i / PER_HOUR)
    const amount = (i % 40) + (hour >= (DAYS - 2) * 24 ? 100 : 0)
    const features = { amount, country: ['at', 'de', 'ch'][i % 3], extra: i % 7 }
    return JSON.stringify({ id: `order-${i}`, ts: START + hour * HOUR, features, prediction: 'yes' })
  })
  await must('/models/shop/predictions', lines.join('\n'), { 'content-type': 'application/x-ndjson' })
  await must('/models/shop/baselines', {
    name: 'first days',
    window: { from: iso(START), to: iso(START + 2 * DAY) },
  })
  const model = (await service.models.find('shop'))!
  await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
  await must('/monitors', { name: 'daily', model: 'shop', window: '24h', every: '12h', checks: ['feature'] })
  await must('/monitors/daily/backfill', { from: iso(START + 2 * DAY), to: iso(START + DAYS * DAY) })
}

describeBrowser('from the model to its rows', () => {
  let browser: Browser
  let service: TestService
  beforeAll(async () => {
    service = await testService()
    await fill(service)
    browser = await startBrowser()
  })
  afterAll(() => browser.close())

  const heatmap = (page: Page) => page.getByRole('region', { name: 'Drift by column and window' })
  const period = (page: Page) => {
    const { searchParams } = new URL(page.url())
    return [searchParams.get('from'), searchParams.get('to')].map((time) => Date.parse(time ?? ''))
  }

  test('a drag over one chart sets the period of all, and Back returns', async () => {
    const page = await browser.open(`${service.url}/models/shop?range=30d`)
    const chart = await pictureOf(page.getByRole('region', { name: 'Predictions and labels' }))
    const box = (await chart.boundingBox())!
    const y = box.y + box.height / 2
    await page.mouse.move(box.x + box.width * 0.8, y)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.95, y, { steps: 5 })
    await page.mouse.up()
    await expect.poll(() => period(page).some(Number.isNaN)).toBe(false)
    const [from, to] = period(page)
    expect([from % HOUR, to % HOUR, to > from]).toEqual([0, 0, true])
    // The drag ended beside the plot, where there is no time.
    const { body: overview } = await service.call('GET', '/overview')
    expect(to).toBe(Date.parse(overview.models[0].latest_window_end))
    const within = (end: string) => Date.parse(end) > from && Date.parse(end) <= to
    const { body } = await service.call('GET', `/models/shop/heatmap?from=${iso(from)}&to=${iso(to)}`)
    expect(body.window_ends.length).toBeGreaterThan(0)
    expect(body.window_ends.every(within)).toBe(true)
    const windows = new RegExp(`over ${body.window_ends.length} windows|in the window`)
    await heatmap(page).getByText(windows).waitFor()
    await page.goBack()
    await expect.poll(() => new URL(page.url()).search).toBe('?range=30d')
    await page.close()
  })

  test('a period is typed, moved on and doubled', async () => {
    const page = await browser.open(`${service.url}/models/shop`)
    await page.getByRole('button', { name: 'Choose a period' }).click()
    const dialog = page.getByRole('dialog', { name: 'Period' })
    await dialog.getByLabel('From (UTC)').fill('2026-01-10T00:00')
    await dialog.getByLabel('To (UTC)').fill('2026-01-09T00:00')
    await dialog.getByText('Choose whole hours, with the start before the end.').waitFor()
    expect(await dialog.getByRole('button', { name: 'Show this period' }).isDisabled()).toBe(true)
    await expectAccessible(page, 'period')
    await dialog.getByLabel('To (UTC)').fill('2026-01-12T00:00')
    await dialog.getByRole('button', { name: 'Show this period' }).click()
    const day = (n: number) => Date.UTC(2026, 0, n)
    await expect.poll(() => period(page)).toEqual([day(10), day(12)])
    await page.getByRole('button', { name: 'Later' }).click()
    await expect.poll(() => period(page)).toEqual([day(12), day(14)])
    await page.getByRole('button', { name: 'Zoom out' }).click()
    await expect.poll(() => period(page)).toEqual([day(11), day(15)])
    await page.close()
  })

  test('cells of a day or a week show the worst of their windows, and lead to it', async () => {
    const page = await browser.open(`${service.url}/models/shop?range=30d`)
    await heatmap(page).getByText('over 18 windows', { exact: false }).waitFor()
    await heatmap(page).getByRole('button', { name: 'Week' }).click()
    await heatmap(page).getByText('the worst of the windows that ended in it', { exact: false }).waitFor()
    await heatmap(page).getByText('over 2 windows', { exact: false }).waitFor()
    const chart = await pictureOf(heatmap(page))
    const box = (await chart.boundingBox())!
    await page.mouse.click(box.x + box.width * 0.85, box.y + 14)
    await page.getByRole('heading', { level: 1, name: 'amount' }).waitFor()
    expect(new URL(page.url()).searchParams.get('at')).toBe('worst')
    await page.getByText('Window', { exact: false }).first().waitFor()
    const { body } = await service.call('GET', '/models/shop/results?column=amount&kind=feature&from=2026-01-01&to=2026-02-01') // prettier-ignore
    const worst = Math.max(...body.results.map(({ effect }: { effect: number }) => effect))
    await page.getByText(formatNumber(worst), { exact: true }).first().waitFor()
    await page.close()
  })

  test('drift is shown beside importance, and what cannot be placed is counted', async () => {
    const page = await browser.open(`${service.url}/models/shop?range=30d`)
    const panel = page.getByRole('region', { name: 'Drift and importance' })
    await panel
      .getByText('Drift and importance of 2 features: look at amount first', { exact: false })
      .waitFor()
    await panel.getByText('Not shown: 1 feature without', { exact: false }).waitFor()
    await expectAccessible(page, 'importance')
    for (const width of [390, 1440, 2200]) {
      await page.setViewportSize({ width, height: 900 })
      await expectFits(page, `model at ${width}`)
    }
    await page.close()
  })

  test('a bin opens to its rows with ids, counted as the window was', async () => {
    const page = await browser.open(`${service.url}/models/shop/columns/amount?range=30d&at=worst`)
    const bins = page.getByRole('region', { name: 'Contribution of each bin' })
    await bins.getByRole('button').first().click()
    const rows = page.getByRole('table', { name: 'Newest rows of the bin' })
    await rows
      .getByText(/^order-\d+$/)
      .first()
      .waitFor()
    expect(await rows.getByText(/^order-\d+$/).count()).toBe(5)
    await expectAccessible(page, 'rows of a bin')
    await page.setViewportSize({ width: 390, height: 900 })
    await expectFits(page, 'rows of a bin')
    await page.close()
  })

  test('no page made an error', () => expect(browser.faults).toEqual([]))
})

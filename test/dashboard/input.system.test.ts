/** The panel of input problems in a browser: on the pages of a model and of a column, and nowhere without any. */
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
import { testService, type TestService } from '../support/service.ts'

const START = Date.UTC(2026, 0, 5)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const iso = (time: number) => new Date(time).toISOString()
const NASTY = '<img src=x onerror="document.title=\'owned\'">'

/** Two days of a model, on the second of which hours come as text and another feature under a misspelt name. */
async function fill(service: TestService, name: string, second: (i: number) => object): Promise<void> {
  const must = async (path: string, body: unknown) => {
    const answer = await service.call('POST', path, body)
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  }
  await must('/models', { name, task: 'binary', features: { hour: 'numeric', amount: 'numeric' } })
  const events = Array.from({ length: 1200 }, (_, i) => ({
    id: `p${i}`,
    ts: START + i * 144_000,
    prediction: i % 2 ? 'late' : 'early',
    features: i < 600 ? { hour: i % 24, amount: i % 7 } : second(i),
  }))
  await must(`/models/${name}/predictions`, events)
  await must(`/models/${name}/baselines`, { name: 'day', window: { from: iso(START), to: iso(START + DAY) } })
  const model = (await service.models.find(name))!
  await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
  await must('/monitors', { name, model: name, window: '24h', every: '24h', checks: ['feature'] })
  await must(`/monitors/${name}/run`, { asOf: iso(START + 2 * DAY + HOUR) })
}

describeBrowser('input problems', () => {
  let browser: Browser
  let service: TestService
  beforeAll(async () => {
    service = await testService()
    await fill(service, 'trains', (i) => ({ hour: i === 1199 ? NASTY : String(i % 24), amuont: i % 7 }))
    await fill(service, 'clean', (i) => ({ hour: i % 24, amount: i % 7 }))
    browser = await startBrowser()
  }, 240_000)
  afterAll(async () => {
    await browser.close()
  })
  const range = `from=${iso(START)}&to=${iso(START + 2 * DAY)}`
  const panel = (page: Awaited<ReturnType<Browser['open']>>) =>
    page.getByRole('region', { name: 'Input problems', exact: true })

  test('stand on the page of the model with field, count, example and what it resembles', async () => {
    const page = await browser.open(`${service.url}/models/trains?${range}`)
    const rows = panel(page).locator('tbody tr')
    await rows.first().waitFor()
    expect(await rows.allTextContents().then((texts) => texts.map((text) => text.replace(/\s+/g, ' ').trim()))).toEqual([
      expect.stringMatching(/^features\.amuont resembles amount ?undeclared feature ?600 ?[0-6]/),
      expect.stringMatching(/^features\.hour text, but a number is declared ?600 ?"0" ?.* UTC$/),
    ]) // prettier-ignore
    await settled(page)
    await expectAccessible(page, 'input problems')
    await page.setViewportSize({ width: 390, height: 800 })
    await expectFits(page, 'input problems on a phone')
    await page.close()
  })

  test('stand on the page of the column, its own alone, and its verdict says so', async () => {
    const page = await browser.open(`${service.url}/models/trains/columns/hour?kind=feature&monitor=trains&${range}`) // prettier-ignore
    await panel(page).locator('tbody tr').first().waitFor()
    expect(await panel(page).locator('tbody tr').count()).toBe(1)
    await page.getByText(/600 of the 600 missing values arrived as text, such as “0”, but a number is declared\./).waitFor() // prettier-ignore
    await page.close()
  })

  test('show what came as text, whatever it is', async () => {
    await service.call('POST', '/models/trains/predictions', [
      { id: 'x', ts: START + DAY, prediction: 'late', features: { hour: NASTY, amount: 1 } },
    ])
    const page = await browser.open(`${service.url}/models/trains?${range}`)
    await panel(page).getByText('onerror').waitFor()
    expect(await page.title()).toBe('trains · Driftgauge')
    await page.close()
  })

  test('are not there where there are none', async () => {
    const page = await browser.open(`${service.url}/models/clean?${range}`)
    await page.getByRole('heading', { name: 'Columns' }).waitFor()
    await settled(page)
    expect(await panel(page).count()).toBe(0)
    expect(browser.faults).toEqual([])
    await page.close()
  })
})

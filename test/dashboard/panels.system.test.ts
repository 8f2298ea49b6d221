/** The panels of performance and concept in a browser, over a model whose labels come to mean something else. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generationClock, rollup } from '../../detectors/rollup/rollup.ts'
import { insertAlertEvents } from '../../control/alerting/insert-alert-events.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  setLook,
  settled,
  startBrowser,
  type Browser,
} from '../support/pages/browser.ts'
import { THEMES } from '../support/pages/picture.ts'
import { pictureOf } from '../support/pages/chart-picture.ts'
import { testService, type TestService } from '../support/service.ts'

const START = Date.UTC(2026, 0, 5)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const CHANGED = START + 21 * DAY + 7 * HOUR
const iso = (time: number) => new Date(time).toISOString()
const ndjson = { 'content-type': 'application/x-ndjson' }

type Row = { id: string; ts: number; features: object; prediction: string; score: number; label: string }

/** Four weeks of predictions; after the change a fifth more of them are late than the scores say. */
const rows = Array.from({ length: 28 * 24 * 40 }, (_, i): Row => {
  const ts = START + i * 90_000
  const score = 0.1 + ((i * 7919) % 400) / 1000
  const isLate = ((i * 104_729) % 1000) / 1000 < score + (ts >= CHANGED ? 0.2 : 0)
  return {
    id: `p${i}`,
    ts,
    features: { hour: Math.floor(i / 40) % 24 },
    prediction: score > 0.35 ? 'late' : 'on time',
    score,
    label: isLate ? 'late' : 'on time',
  }
})

async function fill(service: TestService): Promise<void> {
  const must = async (path: string, body: unknown, headers = {}) => {
    const answer = await service.call('POST', path, body, headers)
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  }
  const roll = async (name: string) => {
    const model = (await service.models.find(name))!
    await rollup({ store: service.store, model, now: new Date(), nextGeneration: generationClock() })
  }
  const window = { from: iso(START), to: iso(START + 7 * DAY) }
  const declare = (name: string) => must('/models', { name, task: 'binary', positive: 'late', features: { hour: 'numeric' } }) // prettier-ignore
  const send = (name: string, some: readonly Row[]) => must(`/models/${name}/predictions`, some.map(({ label: _, ...row }) => JSON.stringify(row)).join('\n'), ndjson) // prettier-ignore
  const label = (name: string, some: readonly Row[]) => must(`/models/${name}/labels`, some.map(({ id, ts, label }) => JSON.stringify({ id, label, prediction_ts: ts })).join('\n'), ndjson) // prettier-ignore

  await declare('trains')
  await send('trains', rows)
  await label('trains', rows)
  await must('/models/trains/baselines', { name: 'first week', window })
  await roll('trains')
  const shared = { model: 'trains', window: '24h', every: '12h', label_delay: '24h' }
  await must('/monitors', { ...shared, name: 'quality', checks: ['concept', 'performance'] })
  await must('/monitors', { ...shared, name: 'seasonal', checks: ['feature'], decide: 'jensen_shannon', baseline: { seasonal: '2w' } }) // prettier-ignore
  for (let half = 42; half <= 52; half++) {
    const asOf = iso(START + (half / 2) * DAY + HOUR)
    await must('/monitors/quality/run', { asOf })
    await must('/monitors/seasonal/run', { asOf })
  }
  const member = { segment: '', version: '', severity: 'critical' as const, since: iso(CHANGED) }
  const alert = { scope: 'alert' as const, monitor: 'quality', model: 'trains', column: '', segment: '', version: '', windowEnd: new Date(START + 25 * DAY), reason: 'first' as const, status: 'firing' as const, severity: 'critical' as const, baseline: 'baseline 1', createdAt: new Date(), notify: false, channels: [] } // prettier-ignore
  await insertAlertEvents(service.store.control, [
    { ...alert, id: 'c'.repeat(32), kind: 'concept', summary: 'Concept drift.', members: [{ ...member, kind: 'concept', column: 'score' }] }, // prettier-ignore
    { ...alert, id: 'd'.repeat(32), kind: 'performance', summary: 'A loss.', members: [{ ...member, kind: 'performance', column: 'log_loss' }] }, // prettier-ignore
  ])
  await declare('unlabelled')
  await send('unlabelled', rows.slice(0, 200))
  await label('unlabelled', rows.slice(0, 100))
  await must('/models/unlabelled/baselines', { name: 'start', window: { from: iso(START), to: iso(START + 2 * HOUR) } }) // prettier-ignore
  await send('unlabelled', rows.slice(-400))
  await roll('unlabelled')
  await declare('bare')
  await send('bare', rows.slice(0, 200))
}

describeBrowser('panels', () => {
  let browser: Browser
  let service: TestService
  beforeAll(async () => {
    service = await testService()
    await fill(service)
    browser = await startBrowser()
  }, 240_000)
  afterAll(async () => {
    await browser.close()
  })

  const range = `from=${iso(START)}&to=${iso(START + 28 * DAY)}`

  test('performance: its figures are those of the API, with a choice of metric in the address', async () => {
    const page = await browser.open(`${service.url}/models/trains?${range}`)
    const panel = page.getByRole('region', { name: 'Performance', exact: true })
    await pictureOf(panel)
    await panel.getByText(/change(s)? marked/).waitFor()
    await panel.getByText('Labels are given 24 h to arrive, as declared by a monitor.').waitFor()

    await panel.getByLabel('Metric').selectOption('accuracy')
    await panel.getByText(/^Accuracy from 5 Jan to/).waitFor()
    expect(new URL(page.url()).searchParams.get('metric')).toBe('accuracy')
    await panel.getByRole('button', { name: 'Table' }).click()
    const { body } = await service.call('GET', `/models/trains/performance?${range}`)
    const shown = await panel.locator('tbody tr').nth(10).locator('td').allTextContents()
    expect(shown[1]).toBe(String(Number(body.points[10].metrics.accuracy.value.toPrecision(3))))
    expect(shown[6]).toBe('960')
    const [change] = body.changes
    expect(Math.abs(Date.parse(change.time) - CHANGED)).toBeLessThan(DAY)
    expect((await panel.locator('tbody').textContent())!).toContain('worse (Page–Hinkley)')
    await page.close()
  })

  test('what explains the change: of the period on the page of the model, and of the window with an alert', async () => {
    const page = await browser.open(`${service.url}/models/trains?monitor=quality&${range}`)
    const panel = page.getByRole('region', { name: 'What explains the change' })
    // It is far down the page, and is not asked for before somebody scrolls there.
    await panel.getByText('Loads when you scroll to it.').waitFor()
    await settled(page)
    const requests = `performance.getEntriesByType('resource').filter(({ name }) => name.includes('/performance/explained')).length`
    expect(await page.evaluate(requests)).toBe(0)
    await pictureOf(panel)
    expect(await page.evaluate(requests)).toBe(1)
    const asked = new URLSearchParams(range)
    const { body } = await service.call('GET', `/models/trains/performance/explained?from=${asked.get('from')}&to=${asked.get('to')}`) // prettier-ignore
    await panel.getByText(body.explained.sentence).waitFor()
    const [first] = body.explained.columns
    await panel.getByText(new RegExp(`^Contributions to the change of the log loss by ${first.column}`)).waitFor() // prettier-ignore
    await panel.getByRole('combobox').selectOption('hour')
    await panel.getByText(/^Contributions to the change of the log loss by hour, over \d+ bins/).waitFor()
    await panel.getByRole('button', { name: 'Table' }).last().click()
    const hour = body.explained.columns.find(({ column }: { column: string }) => column === 'hour')
    const bins = hour.bins.filter(({ share }: { share: Record<string, number> }) => share.baseline + share.window > 0) // prettier-ignore
    await expect.poll(() => panel.locator('tbody tr').count()).toBe(bins.length)
    await panel.getByRole('button', { name: 'Chart' }).click()
    // A click on a column opens its bins.
    const canvas = panel.locator('canvas').first()
    const box = (await canvas.boundingBox())!
    const plot = { left: 188, right: 24, top: 30 }
    for (let x = plot.left; x < box.width - plot.right; x += 12) await canvas.click({ position: { x, y: plot.top + 13 } }) // prettier-ignore
    await panel.getByText(new RegExp(`^Contributions to the change of the log loss by ${first.column}`)).waitFor() // prettier-ignore
    await expectAccessible(page, 'explained')
    await page.goto(`${service.url}/alerts/${'d'.repeat(32)}`)
    const ofWindow = page.getByRole('region', { name: 'What explains the change' })
    await pictureOf(ofWindow)
    await page.close()
  })

  test('what explains the change shows no split of what may be chance, unless somebody asks for it', async () => {
    const calm = `from=${iso(START + 8 * DAY)}&to=${iso(START + 15 * DAY)}`
    const { body } = await service.call('GET', `/models/trains/performance/explained?${calm}`)
    expect(body.explained.status).toBe('within_chance')
    const page = await browser.open(`${service.url}/models/trains?monitor=quality&${calm}`)
    const panel = page.getByRole('region', { name: 'What explains the change' })
    await panel.scrollIntoViewIfNeeded()
    await panel.getByText(body.explained.sentence).waitFor()
    expect(await panel.locator('canvas').count()).toBe(0)
    await panel.getByRole('button', { name: 'Show the split anyway' }).click()
    await pictureOf(panel)
    await page.close()
  })

  test('an alert keeps what to do within reach on a phone, wherever the page is scrolled to', async () => {
    const phone = await startBrowser({ width: 390, height: 844 })
    const page = await phone.open(`${service.url}/alerts/${'d'.repeat(32)}`)
    await settled(page)
    await page.evaluate('scrollTo(0, document.body.scrollHeight)')
    const box = (await page.getByRole('button', { name: 'Acknowledge' }).boundingBox())!
    expect(box.y + box.height).toBeLessThanOrEqual(844)
    expect(box.y).toBeGreaterThan(700)
    expect(box.height).toBeGreaterThanOrEqual(44)
    // The end of the page is not behind the bar.
    const end = (await page.getByRole('region', { name: 'Timeline' }).boundingBox())!
    expect(end.y + end.height).toBeLessThan(box.y)
    await expectFits(page, 'alert on a phone')
    await expectAccessible(page, 'alert on a phone')
    await phone.close()
  })

  test('concept: label rates per bin of the newest window, from the heatmap on', async () => {
    const page = await browser.open(`${service.url}/models/trains?monitor=quality&${range}`)
    await page.getByText(/Concept by label change, warning threshold 0.1/).waitFor()
    await page.getByRole('link', { name: 'score', exact: true }).click()
    const panel = page.getByRole('region', { name: 'Label rate per bin' })
    await pictureOf(panel)
    await panel.getByText(/changed individually, most of all/).waitFor()
    await page.getByRole('heading', { name: 'Label change over time' }).waitFor()
    await panel.getByRole('button', { name: 'Table' }).click()
    const id = await page.locator('dd').first().textContent()
    expect(id).not.toBeNull()
    const { body } = await service.call(
      'GET',
      `/models/trains/results?monitor=quality&kind=concept&column=score&${range}`,
    )
    const { body: result } = await service.call('GET', `/results/${body.results.at(-1).id}`)
    await expect.poll(() => panel.locator('tbody tr').count()).toBe(result.label_rates.length)
    const first = await panel.locator('tbody tr').first().locator('td').allTextContents()
    const [{ baseline, window }] = result.label_rates[0].rates
    const percent = (share: number) => `${Number((100 * share).toFixed(1))}%`
    expect([first[1], first[5]]).toEqual([percent(baseline.value), percent(window.value)])
    await page.close()
  })

  test('performance of a window: every metric on both sides', async () => {
    const page = await browser.open(`${service.url}/models/trains/columns/log_loss?kind=performance&monitor=quality&${range}`) // prettier-ignore
    await page.getByRole('heading', { name: 'Relative loss over time' }).waitFor()
    const table = page.getByRole('region', { name: 'Figures of each metric' })
    await table.getByRole('rowheader', { name: 'ROC AUC' }).waitFor()
    await page.close()
  })

  test('an alert shows what it was about, whatever its kind', async () => {
    const page = await browser.open(`${service.url}/alerts/${'c'.repeat(32)}`)
    await pictureOf(page.getByRole('region', { name: 'Label rate per bin' }))
    await page.getByText(/^Label change of score over/).waitFor()
    await page.goto(`${service.url}/alerts/${'d'.repeat(32)}`)
    await pictureOf(page.getByRole('region', { name: 'Performance', exact: true }))
    await page.getByText(/^Relative loss of Log loss over/).waitFor()
    await page.getByRole('region', { name: 'Figures of each metric' }).waitFor()
    await page.close()
  })

  test('a moving baseline and another statistic are named', async () => {
    const page = await browser.open(`${service.url}/models/trains/columns/hour?kind=feature&monitor=seasonal&${range}`) // prettier-ignore
    await page.getByText(/^Compared with the same hours of the week over 2 weeks since /).waitFor()
    await page.getByRole('heading', { name: 'Jensen–Shannon distance over time' }).waitFor()
    await page.close()
  })

  test('no labels, no baseline: each says what to do', async () => {
    const page = await browser.open(`${service.url}/models/unlabelled?from=${iso(START + 27 * DAY)}&to=${iso(START + 29 * DAY)}`) // prettier-ignore
    const panel = page.getByRole('region', { name: 'Performance', exact: true })
    await panel.getByText('No labels for this period').waitFor()
    await page.goto(`${service.url}/models/bare`)
    await panel.getByText('Performance needs a baseline').waitFor()
    // The browser notes the refusal 409, which is what this is about.
    browser.faults.splice(0)
    await page.close()
  })

  test.each(THEMES)(
    'accessible, and as wide as a phone, %s',
    async (scheme) => {
      const own = await startBrowser({ width: 1280, height: 900 }, scheme)
      const page = await own.open('about:blank')
      for (const path of [
        `/models/trains?${range}`,
        `/models/trains/columns/score?kind=concept&monitor=quality&${range}`,
        `/models/trains/columns/log_loss?kind=performance&monitor=quality&${range}`,
      ]) {
        await page.goto(service.url + path)
        await setLook(page, 1280, scheme)
        await expectAccessible(page, `${path} ${scheme}`)
        await page.setViewportSize({ width: 360, height: 740 })
        await expectFits(page, `${path} on a phone`)
      }
      expect(own.faults).toEqual([])
      await own.close()
    },
    90_000,
  )

  test('no page made an error', () => {
    expect(browser.faults).toEqual([])
  })
})

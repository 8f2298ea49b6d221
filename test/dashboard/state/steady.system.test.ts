/** What pages show stays where it is while the rest of them arrives, in whatever order that comes. */
import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { describeBrowser, startBrowser, type Browser } from '../../support/pages/browser.ts'
import { fillShop, SHOP, shopPath } from '../../support/samples/shop-week.ts'
import { testService, type TestService } from '../../support/service.ts'

const ORDERS = { 'first come, first served': 0, 'last come, first served': -1 } as const
const ALERT = {
  id: 'e'.repeat(32),
  scope: 'alert' as const,
  monitor: 'daily',
  model: SHOP.model,
  kind: 'feature' as const,
  column: '',
  segment: '',
  version: '',
  windowEnd: new Date(SHOP.to),
  reason: 'first' as const,
  status: 'firing' as const,
  severity: 'critical' as const,
  baseline: 'baseline 1',
  summary: 'price drifts: its values are higher than before.',
  members: [{ kind: 'feature', column: 'price', segment: '', version: '', severity: 'critical' as const, since: SHOP.day(4).to }], // prettier-ignore
  createdAt: new Date(),
  notify: false,
  channels: [],
}
/** From here on people notice: https://web.dev/articles/cls. */
const NOTICED = 0.1

const record = `
  window.shifts = []
  new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map(({ value, sources }) => ({
    value,
    moved: sources.map(({ node, previousRect, currentRect }) =>
      [node?.nodeName, node?.textContent.trim().slice(0, 40), previousRect.y, currentRect.y].join(' ')),
  })))).observe({ type: 'layout-shift', buffered: true })`

describeBrowser('pages that load', () => {
  let browser: Browser
  let service: TestService
  beforeAll(async () => {
    service = await testService()
    await fillShop(service)
    await insertAlertEvents(service.store.control, [ALERT])
    browser = await startBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    expect(browser.faults).toEqual([])
  })

  const frame = (page: Page) =>
    page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')

  /** Opens a page whose answers arrive one by one, and returns how much of what was in sight moved, with what did. */
  async function shiftsOf(
    path: string,
    width: number,
    next: 0 | -1,
  ): Promise<{ total: number; moved: unknown[] }> {
    const page = await browser.context.newPage()
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    await page.addInitScript(record)
    const held: Route[] = []
    await page.route('**/api/v1/**', (route) =>
      route.request().url().endsWith('/api/v1/events') ? route.continue() : held.push(route),
    )
    await page.goto(`${service.url}${path}`)
    // People wait for a moment only, but the test may be slow.
    await page.evaluate(`document.styleSheets[0].insertRule('* { animation-duration: 1h !important }')`)
    const isSettled = `document.querySelector('h1') !== null && document.querySelector('[aria-busy="true"]') === null`
    await expect
      .poll(
        async () => {
          const [route] = held.splice(next, 1)
          if (route === undefined) return page.evaluate<boolean>(isSettled)
          await route.continue()
          // None comes to a request that the page gave up.
          await (await route.request().response())?.finished()
          await frame(page)
          return false
        },
        { timeout: 60_000, interval: 5 },
      )
      .toBe(true)
    await frame(page)
    const shifts = await page.evaluate<{ value: number; moved: string[] }[]>('window.shifts')
    await page.close()
    return { total: shifts.reduce((sum, { value }) => sum + value, 0), moved: shifts }
  }

  const pages: Record<string, () => string> = {
    model: () => shopPath,
    column: () => `${shopPath}/columns/price?kind=feature`,
    alert: () => `/alerts/${ALERT.id}`,
  }
  for (const [order, next] of Object.entries(ORDERS))
    test.each(Object.keys(pages))(`do not move what they show: %s, ${order}`, async (name) => {
      for (const width of [1440, 390]) {
        const { total, moved } = await shiftsOf(pages[name](), width, next)
        expect(total, `${width} px: ${JSON.stringify(moved, null, 1)}`).toBeLessThan(NOTICED)
      }
    })
})

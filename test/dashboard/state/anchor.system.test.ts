/** Addresses that lead to a part of a page, which may arrive late. */
import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser, settled, startBrowser, type Browser } from '../../support/pages/browser.ts'
import { fillShop, shopPath } from '../../support/samples/shop-week.ts'
import { testService, type TestService } from '../../support/service.ts'

const COLUMN = `${shopPath}/columns/price?kind=feature`
const ANCHORS = ['window', 'distribution', 'contributions', 'provenance', 'baseline-and-window']

describeBrowser('an address with a fragment', () => {
  let browser: Browser
  let service: TestService
  beforeAll(async () => {
    service = await testService()
    await fillShop(service)
    browser = await startBrowser({ width: 1280, height: 600 })
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    expect(browser.faults).toEqual([])
  })

  const topOf = (page: Page, anchor: string) =>
    page.evaluate<number>(`document.getElementById('${anchor}')?.getBoundingClientRect().y ?? Infinity`)
  const barHeight = (page: Page) => page.evaluate<number>(`document.querySelector('header').offsetHeight`)
  /** In sight, clear of the bar, and as far up as the length of the page allows. */
  async function expectShown(page: Page, anchor: string): Promise<void> {
    const isAtEnd = `scrollY + innerHeight >= document.documentElement.scrollHeight - 1`
    const bar = await barHeight(page)
    const isShown = async () => {
      const top = await topOf(page, anchor)
      return top > bar && (top < 160 || (top < 600 && (await page.evaluate<boolean>(isAtEnd))))
    }
    await expect.poll(isShown, { message: anchor }).toBe(true)
  }

  test.each(ANCHORS)('leads to #%s once its data came', async (anchor) => {
    const page = await browser.open(`${service.url}${COLUMN}#${anchor}`)
    await settled(page)
    await expectShown(page, anchor)
    await page.close()
  })

  test('leads there too when it is typed on the page', async () => {
    const page = await browser.open(`${service.url}${COLUMN}`)
    await settled(page)
    expect(await page.evaluate('scrollY')).toBe(0)
    for (const anchor of ['provenance', 'window']) {
      await page.goto(`${service.url}${COLUMN}#${anchor}`)
      await expectShown(page, anchor)
    }
    await page.close()
  })

  test('lets go as soon as somebody scrolls, however late its part arrives', async () => {
    const page = await browser.context.newPage()
    const held: Route[] = []
    let isOpen = false
    await page.route('**/api/v1/results/*', (route) => (isOpen ? route.continue() : held.push(route)))
    await page.goto(`${service.url}${COLUMN}#provenance`)
    await expect.poll(() => held.length).toBeGreaterThan(0)
    await page.mouse.move(600, 400)
    await page.mouse.wheel(0, 10)
    await expect.poll(() => page.evaluate('scrollY')).toBe(10)
    isOpen = true
    await Promise.all(held.map((route) => route.continue()))
    await settled(page)
    expect(await page.evaluate('scrollY')).toBe(10)
    await page.close()
  })
})

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser, settled, setLook, startBrowser, type Browser } from '../../support/pages/browser.ts'
import { testService, type TestService } from '../../support/service.ts'

/** What is pressed or filled in, and stands beside its like. */
const CONTROLS =
  '.button:not(.button-small), .button-primary, .button-danger, .field:not(textarea), .segmented:not(:has(.segmented))'
const PATHS = [
  '/',
  '/audit',
  '/settings',
  '/dead-letters',
  '/incidents',
  '/new-experiment?model=shop',
  '/declare/model',
  '/declare/monitor?model=shop',
  '/declare/source?model=shop',
  '/declare/topic',
  '/models/shop',
  '/models/shop/baselines',
]

describeBrowser('what all pages share', () => {
  let browser: Browser
  let service: TestService
  beforeAll(async () => {
    service = await testService()
    await service.call('POST', '/models', { name: 'shop', task: 'binary', features: { amount: 'numeric' } })
    browser = await startBrowser({ width: 1440, height: 900 })
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    expect(browser.faults).toEqual([])
  })

  /** Heights of all controls of the main part, each with what it says. */
  const heights = (page: Page) =>
    page.evaluate<[string, number][]>(`
      [...document.querySelectorAll('main :is(${CONTROLS})')]
        .filter((element) => element.checkVisibility())
        .map((element) => [
          element.textContent.trim().slice(0, 40) || element.tagName,
          element.getBoundingClientRect().height,
        ])`)

  test('controls have one height on every page, and on a phone that of a thumb', async () => {
    for (const path of PATHS) {
      const page = await browser.open(service.url + path)
      await settled(page)
      const wide = await heights(page)
      expect(wide.length, path).toBeGreaterThan(0)
      expect(
        wide.filter(([, height]) => Math.abs(height - 35) > 0.5),
        path,
      ).toEqual([])
      await setLook(page, 390, 'light')
      expect(
        (await heights(page)).filter(([, height]) => height < 43.5),
        `${path} on a phone`,
      ).toEqual([])
      await page.close()
    }
  }, 120_000)

  test('code in a sentence of the service looks like code, without backticks', async () => {
    const page = await browser.open(`${service.url}/system`)
    await settled(page)
    await page.locator('code', { hasText: 'driftgauge serve' }).waitFor()
    expect(await page.locator('main').innerText()).not.toContain('`')
    await page.close()
  })
})

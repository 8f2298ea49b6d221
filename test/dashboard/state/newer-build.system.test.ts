import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser, startBrowser, type Browser } from '../../support/pages/browser.ts'
import { testService, type TestService } from '../../support/service.ts'

describeBrowser('a page that was opened before the service got a newer dashboard', () => {
  let browser: Browser
  let service: TestService
  beforeAll(async () => {
    service = await testService()
    browser = await startBrowser()
  }, 120_000)
  afterAll(() => browser?.close())

  test('is loaded again when a file of it is gone, and goes on', async () => {
    const page = await browser.open(`${service.url}/`)
    let isGone = true
    await page.route('**/assets/Alerts-*.js', (route) => (isGone ? route.fulfill({ status: 404 }) : route.continue())) // prettier-ignore
    page.on('load', () => (isGone = false))
    const alerts = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Alerts/ })
    const reloaded = page.waitForEvent('load')
    await alerts.click()
    await reloaded
    await alerts.click()
    await page.getByRole('heading', { level: 1, name: 'Alerts' }).waitFor()
    await page.close()
  }, 60_000)

  test('is not loaded again and again', async () => {
    const page = await browser.open(`${service.url}/`)
    await page.route('**/assets/Alerts-*.js', (route) => route.fulfill({ status: 404 }))
    let loads = 0
    page.on('load', () => loads++)
    const alerts = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Alerts/ })
    await alerts.click()
    await expect.poll(() => loads).toBe(1)
    const second = page.waitForEvent('pageerror')
    await alerts.click()
    await second
    await page.getByRole('navigation', { name: 'Main' }).waitFor()
    expect(loads).toBe(1)
    await page.close()
  }, 60_000)
})

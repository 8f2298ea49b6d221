import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser, startBrowser, type Browser } from '../../support/pages/browser.ts'
import { shopPredictions } from '../../support/pages/shop.ts'
import { testService, type TestService } from '../../support/service.ts'

describeBrowser('the backtest in the form of a monitor', () => {
  let browser: Browser
  let service: TestService
  beforeAll(async () => {
    service = await testService()
    const features = { amount: 'numeric', origin: 'categorical' }
    await service.call('POST', '/models', { name: 'shop', task: 'binary', positive: 'late', features })
    const { status } = await service.call('POST', '/models/shop/predictions', shopPredictions(2))
    expect(status).toBe(200)
    browser = await startBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
  })

  test('says what it computes, and that it waits while the form is not valid', async () => {
    const page = await browser.open(`${service.url}/declare/monitor?model=shop`)
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/api/v1/backtests', async (route) => {
      await released
      await route.continue()
    })
    const panel = page.getByRole('region', { name: 'Would have fired' })
    await panel.getByText(/^Evaluating the stored windows of the last \w+ with these settings…$/).waitFor()
    release()
    await panel.getByText('The model “shop” has no active baseline', { exact: false }).waitFor()

    await page.getByLabel('Grace period').fill('soon')
    await page.getByText('Not valid yet').waitFor()
    await page.reload()
    await page.getByText('Your unsaved changes were restored.').waitFor()
    await panel.getByText('Once the form is valid, the monitor is tried on stored windows here.').waitFor()
    await page.close()
  })
})

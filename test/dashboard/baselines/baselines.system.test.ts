import { formatNumber } from '../../../charts/format.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  setLook,
  settled,
  startBrowser,
  type Browser,
} from '../../support/pages/browser.ts'
import { THEMES } from '../../support/pages/picture.ts'
import { fillShop, SHOP, shopPath } from '../../support/samples/shop-week.ts'
import { testService, type TestService } from '../../support/service.ts'

describeBrowser('what baselines hold', () => {
  let browser: Browser
  let service: TestService
  const path = `${shopPath}/baselines`
  beforeAll(async () => {
    service = await testService()
    await fillShop(service)
    const made = await service.call('POST', path, { name: 'sixth day', window: SHOP.day(5) })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    browser = await startBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    expect(browser.faults).toEqual([])
  })

  test('a row opens to the distribution of each column, which the address holds', async () => {
    const page = await browser.open(`${service.url}${path}`)
    await page.getByRole('button', { name: 'Columns of baseline 1' }).click()
    const price = page.getByRole('img', { name: /^Distribution of price over 20 bins: min 0, median/ })
    await price.waitFor()
    const { body } = await service.call('GET', `${path}/1/columns?search=price`)
    const [{ bins, max }] = body.columns
    expect(await price.locator('title').allTextContents()).toHaveLength(bins.length)
    await page.getByText(`max ${Number(max.toPrecision(3))}`).waitFor()
    // Names of categories are text, each with its share.
    await page.getByText('=Oslo', { exact: true }).waitFor()
    await expectAccessible(page, 'columns of a baseline')
    const again = await browser.open(page.url())
    await again.getByRole('img', { name: /^Distribution of price/ }).waitFor()
    await page.close()
    await again.close()
  })

  test('of two that are chosen, the column that moved comes first', async () => {
    const page = await browser.open(`${service.url}${path}`)
    await page.getByRole('checkbox', { name: 'Compare baseline 1' }).check()
    await page.getByText('Choose a second baseline to compare 1 with.').waitFor()
    await page.getByRole('checkbox', { name: 'Compare baseline 2' }).check()
    const panel = page.getByRole('region', { name: 'Baselines 1 and 2 compared' })
    await panel.getByText('1 of 4 columns drifted.').waitFor()
    const names = panel.getByRole('heading', { level: 3 })
    expect(await names.first().textContent()).toMatch(/^\s*price/)
    const { body } = await service.call('GET', `${path}/1/comparison?with=2`)
    expect(await panel.locator('dd.number').first().textContent()).toBe(formatNumber(body.columns[0].effect))

    await panel.hover()
    await panel.getByRole('button', { name: /^Export / }).click()
    await panel.getByRole('button', { name: 'Copy as Markdown' }).click()
    await page.getByRole('status').getByText('Copied as Markdown').waitFor()
    const text = await page.evaluate<string>('navigator.clipboard.readText()')
    expect(text).toMatch(/\n\| price \| feature \| critical \|/)
    const [, link] = /\[Open in Driftgauge\]\((\S+)\)/.exec(text)!
    const again = await browser.open(link)
    await again.getByText('1 of 4 columns drifted.').waitFor()
    await page.close()
    await again.close()
  })

  test.each(THEMES)('is accessible and fits, %s', async (scheme) => {
    const own = await startBrowser({ width: 390, height: 900 }, scheme)
    const page = await own.open(`${service.url}${path}?columns-of=2&compare=1&with=2`)
    await page.getByText('1 of 4 columns drifted.').waitFor()
    await page.getByRole('img', { name: /^Distribution of price/ }).waitFor()
    for (const width of [390, 1440, 2200]) {
      await setLook(page, width, scheme)
      await expectAccessible(page, `baselines, ${scheme}, ${width}`)
      await expectFits(page, `baselines, ${scheme}, ${width}`)
    }
    expect(own.faults).toEqual([])
    await own.close()
  })

  test('a baseline that is not there is not shown, and one is not compared with itself', async () => {
    const page = await browser.open(`${service.url}${path}?columns-of=99&compare=1&with=1`)
    await page.getByRole('button', { name: 'Columns of baseline 1' }).waitFor()
    await settled(page)
    expect(await page.getByRole('region', { name: /compared$/ }).count()).toBe(0)
    await page.close()
  })
})

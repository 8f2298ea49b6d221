/** Tables of columns: on a phone what decides is in sight, and bars stand in the line that they are of. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser, settled, startBrowser, type Browser } from '../../support/pages/browser.ts'
import { fillShop, shopPath } from '../../support/samples/shop-week.ts'
import { testService, type TestService } from '../../support/service.ts'

const COLUMN = `${shopPath}/columns/price?kind=feature`

describeBrowser('tables of columns', () => {
  let browser: Browser
  let service: TestService
  beforeAll(async () => {
    service = await testService()
    await fillShop(service)
    browser = await startBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    expect(browser.faults).toEqual([])
  })

  async function open(path: string, width: number): Promise<Page> {
    const page = await browser.open(`${service.url}${path}`)
    await page.setViewportSize({ width, height: 900 })
    await settled(page)
    return page
  }
  const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

  test.each([
    [shopPath, 'Columns with their newest verdict', ['price', 'Critical', 'Effect']],
    [`${shopPath}?data=all`, 'Columns by finding', ['price', 'Missing', 'Unusable']],
    [COLUMN, 'Contribution of each bin', ['Contribution', 'Baseline', 'Window', 'Change']],
    ['/system', 'Table of stored tables', ['Rows', 'Growth per day', 'Newest']],
    ['/audit', 'Table of entries', ['by', 'baseline']],
    [COLUMN, 'Shares of the window and thresholds', ['missing values', 'Warning', 'Critical']],
  ])('show all that decides on a phone without being scrolled: %s, %s', async (path, name, texts) => {
    const page = await open(path, 390)
    const table = region(page, name)
    await table.locator('tbody tr').first().waitFor()
    const [beyond, shown] = await page.evaluate<[number, string]>(`(() => {
      const element = document.querySelector('[aria-label="${name}"]')
      const labels = [...element.querySelectorAll('[data-label]')].map((cell) => getComputedStyle(cell, '::before').content)
      return [element.scrollWidth - element.clientWidth, [element.textContent, ...labels].join(' ')]
    })()`)
    expect(beyond).toBe(0)
    for (const text of texts) expect(shown).toContain(text)
    await page.close()
  })

  test('have their bars in the middle of the line beside them', async () => {
    const page = await open(COLUMN, 1280)
    await region(page, 'Contribution of each bin').locator('tbody tr').first().waitFor()
    const middleOf = (selector: string) =>
      page.evaluate<number>(`(() => {
        const range = document.createRange()
        range.selectNode(document.querySelector('[aria-label="Contribution of each bin"] ${selector}').firstChild)
        const { top, bottom } = range.getBoundingClientRect()
        return (top + bottom) / 2
      })()`)
    const [text, bar] = [await middleOf('[data-label=Contribution]'), await middleOf('.beside-text')]
    expect(Math.abs(text - bar)).toBeLessThan(1)
    await page.close()
  })
})

import type { Locator, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser, settled, startBrowser, type Browser } from '../../support/pages/browser.ts'
import { fillShop, shopPath } from '../../support/samples/shop-week.ts'
import { testService, type TestService } from '../../support/service.ts'

const FAR = 'predictions-and-labels'

describeBrowser('charts are drawn when somebody comes near them', () => {
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

  const figure = (page: Page, anchor: string) => page.locator(`figure#${anchor}`)
  const heightOf = async (chart: Locator) => (await chart.boundingBox())!.height
  /** Pixels of the picture that are not empty. */
  const inked = (page: Page, anchor: string) =>
    page.evaluate<number>(`(() => {
      const canvas = document.querySelector('figure#${anchor} canvas')
      if (canvas === null) return 0
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      return data.filter((value, i) => i % 4 === 3 && value > 0).length
    })()`)
  async function open(hash = ''): Promise<Page> {
    const page = await browser.open(`${service.url}${shopPath}${hash}`)
    await figure(page, FAR).waitFor()
    await settled(page)
    return page
  }

  test('one far below is drawn when somebody scrolls to it, moves nothing, and stays', async () => {
    const page = await open()
    await expect.poll(() => inked(page, 'share-of-drifted-features')).toBeGreaterThan(1000)
    const far = figure(page, FAR)
    expect(await far.locator('canvas').count()).toBe(0)
    const before = await heightOf(far)
    expect(before).toBeGreaterThan(260)
    const pageHeight = await page.evaluate<number>('document.documentElement.scrollHeight')
    await page.mouse.move(600, 500)
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, 400)
        return inked(page, FAR)
      })
      .toBeGreaterThan(1000)
    expect(await heightOf(far)).toBe(before)
    await page.evaluate('scrollTo(0, 0)')
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBe(pageHeight)
    expect(await inked(page, FAR)).toBeGreaterThan(1000)
    await page.close()
  })

  test('a link to it draws it', async () => {
    const page = await open(`#${FAR}`)
    await expect.poll(() => inked(page, FAR)).toBeGreaterThan(1000)
    await page.close()
  })

  test('the keyboard draws it', async () => {
    const page = await open()
    await figure(page, FAR).getByRole('button', { name: 'Table' }).focus()
    await expect.poll(() => inked(page, FAR)).toBeGreaterThan(1000)
    await page.close()
  })

  test('on paper all are drawn', async () => {
    const page = await open()
    expect(await figure(page, FAR).locator('canvas').count()).toBe(0)
    // Both within one task, as the browser takes the page as it then is.
    const anchors = await page.evaluate<string[]>(`(() => {
      dispatchEvent(new Event('beforeprint'))
      return [...document.querySelectorAll('figure:not(:has(canvas))')].map(({ id }) => id)
    })()`)
    expect(anchors).toEqual([])
    expect(await inked(page, FAR)).toBeGreaterThan(1000)
    await page.close()
  })

  test('printing for real tells them', async () => {
    const page = await open()
    await page.pdf()
    expect(await inked(page, FAR)).toBeGreaterThan(1000)
    await page.close()
  })

  test('while the data are on their way, pictures are drawn that nobody sees', async () => {
    const page = await browser.context.newPage()
    const held: Route[] = []
    let isOpen = false
    await page.route('**/api/v1/**', (route) => (isOpen ? route.continue() : held.push(route)))
    await page.addInitScript(`
      window.canvases = []
      const create = document.createElement.bind(document)
      document.createElement = (name, ...others) => {
        const made = create(name, ...others)
        if (name === 'canvas') window.canvases.push(made)
        return made
      }`)
    await page.goto(`${service.url}${shopPath}`)
    const wide = `window.canvases.filter(({ width }) => width === 600).length`
    await expect.poll(() => page.evaluate(wide)).toBe(3)
    expect(await page.evaluate('document.querySelectorAll("canvas").length')).toBe(0)
    isOpen = true
    await Promise.all(held.map((route) => route.continue()))
    await expect.poll(() => inked(page, 'share-of-drifted-features')).toBeGreaterThan(1000)
    expect(await page.evaluate(wide)).toBe(3)
    await page.close()
  })

  test('an answer that adds nothing to a chart does not draw it again', async () => {
    const page = await browser.context.newPage()
    let answer = () => {}
    const later = new Promise<void>((resolve) => (answer = resolve))
    await page.route(/\/api\/v1\/.*(annotations|incidents)/, async (route) => {
      await later
      await route.continue()
    })
    await page.goto(`${service.url}${shopPath}#${FAR}`)
    await expect.poll(() => inked(page, FAR)).toBeGreaterThan(1000)
    const drawings = `performance.getEntriesByName('chart: Predictions and labels').length`
    await expect.poll(() => page.evaluate(drawings)).toBe(1)
    answer()
    await settled(page)
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))')
    expect(await page.evaluate(drawings)).toBe(1)
    await page.close()
  })
})

import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
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
import { pictureOf } from '../../support/pages/chart-picture.ts'
import { fillNextDay, fillShop, SHOP, shopPath } from '../../support/samples/shop-week.ts'
import { testService, type TestService } from '../../support/service.ts'

describeBrowser('taking charts away', () => {
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
  async function choose(within: Locator, action: string): Promise<void> {
    await within.hover()
    await within.getByRole('button', { name: /^Export / }).click()
    await within.getByRole('button', { name: action }).click()
  }
  async function download(page: Page, within: Locator, action: string) {
    const [file] = await Promise.all([page.waitForEvent('download'), choose(within, action)])
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) }
  }
  const copied = (page: Page) => page.evaluate<string>('navigator.clipboard.readText()')
  async function openModel(path = shopPath): Promise<Page> {
    const page = await browser.open(`${service.url}${path}`)
    await pictureOf(figure(page, 'predictions-and-labels'))
    await settled(page)
    return page
  }

  test('the CSV has the numbers of the API, in full', async () => {
    const page = await openModel()
    const heatmap = await download(page, figure(page, 'drift-by-column-and-window'), 'Download CSV')
    expect(heatmap.name).toMatch(/^driftgauge-shop-monitor-daily-drift-by-column-and-window-\d{8}-\d{8}\.csv$/) // prettier-ignore
    await page.getByRole('status').getByText(`Downloaded ${heatmap.name}`).waitFor()
    const [header, ...lines] = heatmap.bytes.toString().trimEnd().split('\r\n')
    expect(header).toBe('Column,Kind,Window end (UTC),Statistic,Effect,Verdict')
    const { body } = await service.call('GET', `${shopPath}/heatmap?from=${SHOP.from}&to=${SHOP.to}`)
    const expected = (body.rows as { column: string; effects: (number | null)[]; verdicts: unknown[] }[]).flatMap(
      ({ column, effects, verdicts }) =>
        effects.flatMap((effect, i) =>
          verdicts[i] === null ? [] : [[column, body.window_ends[i], effect === null ? '' : String(effect)]],
        ),
    ) // prettier-ignore
    expect(expected.length).toBeGreaterThan(20)
    expect(lines.map((line) => line.split(',')).map(([column, , end, , effect]) => [column, end, effect])).toEqual(expected) // prettier-ignore

    const volume = await download(page, figure(page, 'predictions-and-labels'), 'Download CSV')
    const { body: counts } = await service.call('GET', `${shopPath}/volume?from=${SHOP.from}&to=${SHOP.to}`)
    const sum = (rows: readonly string[]) => rows.reduce((all, row) => all + Number(row.split(',')[1]), 0)
    expect(sum(volume.bytes.toString().trimEnd().split('\r\n').slice(1))).toBe(
      (counts.points as { predictions: number }[]).reduce((all, { predictions }) => all + predictions, 0),
    )
    await page.close()
  })

  test('the PNG is a picture at twice the size', async () => {
    const page = await openModel()
    const { name, bytes } = await download(page, figure(page, 'drift-by-column-and-window'), 'Download PNG')
    expect(name).toMatch(/\.png$/)
    expect(bytes.subarray(1, 4).toString()).toBe('PNG')
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
    expect(width).toBe(2400)
    expect(height).toBeGreaterThan(500)
    expect(height).toBeLessThan(2000)
    // Something is drawn on it.
    expect(bytes.length).toBeGreaterThan(30_000)
    await page.close()
  })

  test('a link opens the part of the page that it is of', async () => {
    const page = await openModel()
    const volume = figure(page, 'predictions-and-labels')
    await choose(volume, 'Copy link')
    await page.getByRole('status').getByText('Copied the link').waitFor()
    const fresh = await browser.open(await copied(page))
    await expect
      .poll(async () => (await figure(fresh, 'predictions-and-labels').boundingBox())?.y ?? 1e6, {
        timeout: 20_000,
      }) // prettier-ignore
      .toBeLessThan(900)
    await page.close()
    await fresh.close()
  })

  test('without access to the clipboard the text is there to be copied by hand', async () => {
    const page = await openModel()
    await page.evaluate(`navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))`)
    await choose(page.locator('section#columns'), 'Copy as Markdown')
    const dialog = page.getByRole('dialog', { name: 'Copy the Markdown' })
    await expect.poll(() => dialog.getByLabel('The Markdown').inputValue()).toContain('| price | feature |')
    await expectAccessible(page, 'copy by hand')
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.close()
  })

  test('names stay in their cells: of a city that looks like a formula, and ones that look like markup', async () => {
    const page = await browser.open(`${service.url}${shopPath}/columns/city`)
    const bins = page.locator('figure#baseline-and-window')
    await pictureOf(bins)
    await settled(page)
    const { bytes, name } = await download(page, bins, 'Download CSV')
    expect(name).toContain('shop-city-monitor-daily-baseline-and-window-20260111-20260112')
    expect(bytes.toString()).toMatch(/\r\n'=Oslo,0\.5,0\.5,0\r\n/)
    await choose(bins, 'Copy as Markdown')
    await page.getByRole('status').getByText('Copied as Markdown').waitFor()
    const text = await copied(page)
    expect(text).toContain('| a\\|b |')
    expect(text).toContain('| \\`c\\` |')
    await page.close()
  })

  test.each(THEMES)('the menu is accessible and fits, %s', async (scheme) => {
    const own = await startBrowser({ width: 390, height: 900 }, scheme)
    const page = await own.open(`${service.url}${shopPath}`)
    const heatmap = figure(page, 'drift-by-column-and-window')
    await heatmap.waitFor()
    for (const width of [390, 1440, 2200]) {
      await setLook(page, width, scheme)
      // By the keyboard alone.
      await heatmap.getByRole('button', { name: 'Table' }).focus()
      await page.keyboard.press('Tab')
      const link = heatmap.getByRole('button', { name: 'Copy link' })
      // The menu closes when the page scrolls, as it does while charts arrive.
      const opened = async () => {
        if (!(await link.isVisible())) await page.keyboard.press('Enter')
        return link.isVisible()
      }
      await expect.poll(opened).toBe(true)
      await expectAccessible(page, `menu, ${scheme}, ${width}`)
      await expectFits(page, `menu, ${scheme}, ${width}`)
      await page.keyboard.press('Escape')
      await heatmap.getByRole('button', { name: 'Copy link' }).waitFor({ state: 'hidden' })
    }
    expect(own.faults).toEqual([])
    await own.close()
  })

  test('copied Markdown has a link, which shows the same in a fresh page when more has come since', async () => {
    const path = `${shopPath}/columns/price?range=7d&statistic=ks`
    const page = await browser.open(`${service.url}${path}`)
    const series = page.locator('figure').first()
    await pictureOf(series)
    await settled(page)
    await choose(series, 'Copy as Markdown')
    await page.getByRole('status').getByText('Copied as Markdown').waitFor()
    const text = await copied(page)
    expect(text).toMatch(/^\*\*.+\*\* \(shop, price, monitor daily, /)
    const [, link] = /\[Open in Driftgauge\]\((\S+)\)\n$/.exec(text)!
    const { searchParams, hash } = new URL(link)
    expect(Object.fromEntries(searchParams)).toMatchObject({
      kind: 'feature',
      monitor: 'daily',
      statistic: 'ks',
      to: SHOP.to,
    })
    expect(Date.parse(searchParams.get('at')!)).toBe(Date.parse(SHOP.to)) // prettier-ignore
    expect(searchParams.has('range')).toBe(false)
    const summary = await series.locator('figcaption span').textContent()

    await choose(series, 'Copy link')
    await page.getByRole('status').getByText('Copied the link').waitFor()
    expect(await copied(page)).toBe(link)
    await fillNextDay(service)
    const fresh = await browser.open(link)
    const same = fresh.locator(`figure${hash}`)
    await same.locator('canvas').first().waitFor()
    expect(await same.locator('figcaption span').textContent()).toBe(summary)
    // Without the link, the page has gone on.
    await page.reload()
    const now = page.locator('figure').first().locator('figcaption span')
    await expect.poll(() => now.textContent()).toContain('13 Jan')
    await page.close()
    await fresh.close()
  })
})

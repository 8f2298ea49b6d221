import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  settled,
  startBrowser,
  type Browser,
} from '../../support/pages/browser.ts'
import { fillShop, SHOP, shopPath } from '../../support/samples/shop-week.ts'
import { testService, type TestService } from '../../support/service.ts'

const KEY = 'a-key-of-sixteen-characters-or-more'

describeBrowser('a report from the page of a model', () => {
  let browser: Browser
  let service: TestService
  let reader: string
  beforeAll(async () => {
    const guarded = await testService(undefined, { DRIFTGAUGE_API_KEYS: KEY })
    service = { ...guarded, call: (method, path, body, headers) => guarded.call(method, path, body, { authorization: `Bearer ${KEY}`, ...headers }) } // prettier-ignore
    await fillShop(service)
    const { body } = await service.call('POST', '/keys', { name: 'reader', scopes: ['read'] })
    reader = body.key as string
    browser = await startBrowser({ width: 390, height: 900 }, 'dark')
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    // The key is asked for by a first request that is refused.
    expect(browser.faults.filter((fault) => !fault.includes('401'))).toEqual([])
  })

  async function openModel() {
    const page = await browser.open(`${service.url}${shopPath}?from=${SHOP.from}&to=${SHOP.to}`)
    const key = page.getByLabel('API key')
    await key.fill(reader)
    await key.press('Enter')
    await settled(page)
    await page.getByRole('button', { name: 'Export report' }).click()
    return { page, dialog: page.getByRole('dialog', { name: 'Export report' }) }
  }

  test('a reader downloads it for the period of the page, as a page or as Markdown', async () => {
    const { page, dialog } = await openModel()
    await expect.poll(() => dialog.getByLabel('From (UTC)').inputValue()).toBe(SHOP.from.slice(0, 16))
    await expectAccessible(page, 'the dialog')
    await expectFits(page, 'the dialog')
    const download = async () => {
      const [file] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Download' }).click()]) // prettier-ignore
      return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') }
    }
    const html = await download()
    expect(html.name).toBe('driftgauge-shop-report-20260105-20260112.html')
    expect(html.text).toMatch(/^<!doctype html>/)
    await page.getByRole('status').getByText(`Downloaded ${html.name}`).waitFor()
    await page.getByRole('button', { name: 'Export report' }).click()
    await dialog.getByText('Markdown', { exact: true }).click()
    const markdown = await download()
    expect(markdown.name).toBe('driftgauge-shop-report-20260105-20260112.md')
    const { body } = await service.call('GET', `${shopPath}/report?from=${SHOP.from}&to=${SHOP.to}&format=markdown`) // prettier-ignore
    expect(markdown.text.split('<sub>')[0]).toBe((body as string).split('<sub>')[0])
  })

  test('a period that is no period cannot be asked for', async () => {
    const { dialog } = await openModel()
    await dialog.getByLabel('To (UTC)').fill('2026-01-01T00:00')
    await dialog.getByText('Choose whole hours, with the start before the end.').waitFor()
    expect(await dialog.getByRole('button', { name: 'Download' }).isDisabled()).toBe(true)
  })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { USUAL_LIMITS } from '../../report/compare/limits.ts'
import { comparePage } from '../../report/compare/page.ts'
import { apiFixture } from '../support/api.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  startBrowser,
  type Browser,
} from '../support/pages/browser.ts'
import { THEMES } from '../support/pages/picture.ts'
import { comparedColumn, compareReport, HOSTILE } from '../support/samples/compare-report.ts'

const limits = { ...USUAL_LIMITS, wayOut: 'Run it with --all-charts.' }
/** A4 within the margins of the page, in CSS pixels. */
const PAPER = 694

describeBrowser('a report in a browser, without a network', () => {
  const directory = mkdtempSync(join(tmpdir(), 'driftgauge-test-report-'))
  const files: Record<string, string> = {}
  const browsers: Browser[] = []

  beforeAll(async () => {
    const mixed = (['critical', 'warning', 'unconfirmed', 'insufficient_data', 'ok'] as const).map((verdict) => comparedColumn(`column ${verdict}`, verdict)) // prettier-ignore
    const finding = { column: 'hour', finding: 'missing', severity: 'warning', share: '0 → 8.2', explanation: 'The value is missing.' } as const // prettier-ignore
    const quality = { judged: 5, findings: [finding] }
    const fixture = await apiFixture(10)
    const { body } = await fixture.call('GET', '/models/shop/report?from=2026-01-01&to=2026-01-11')
    const texts = {
      drifted: comparePage(compareReport(mixed, { quality }), limits),
      clean: comparePage(compareReport([comparedColumn('a', 'ok')]), limits),
      hostile: comparePage(compareReport(HOSTILE.map((name) => comparedColumn(name, 'critical')), { notes: HOSTILE, headline: HOSTILE[6], quality: { judged: 1, findings: HOSTILE.map((column) => ({ ...finding, column })) } }), limits), // prettier-ignore
      wide: comparePage(compareReport(Array.from({ length: 200 }, (_, i) => comparedColumn(`feature ${i}`, i % 9 === 0 ? 'warning' : 'ok'))), limits), // prettier-ignore
      model: body as string,
    }
    for (const [name, text] of Object.entries(texts)) {
      files[name] = join(directory, `${name}.html`)
      writeFileSync(files[name], text)
    }
  }, 120_000)
  afterAll(async () => {
    rmSync(directory, { recursive: true })
    for (const browser of browsers) {
      await browser.close()
      expect(browser.faults).toEqual([])
    }
  })

  async function open(name: string, width: number, scheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const browser = await startBrowser({ width, height: 900 }, scheme)
    browsers.push(browser)
    await browser.context.setOffline(true)
    return browser.open(`file://${files[name]}`)
  }

  const NAMES = ['drifted', 'clean', 'hostile', 'wide', 'model']
  test.each(NAMES)(
    '%s: axe finds nothing in light and dark, and it fits a phone and a screen',
    async (name) => {
      for (const scheme of THEMES) {
        const page = await open(name, scheme === 'light' ? 390 : 1440, scheme)
        await page.evaluate(`document.querySelectorAll('details').forEach((one) => (one.open = true))`)
        await expectFits(page, `${name} ${scheme}`)
        await expectAccessible(page, `${name} ${scheme}`)
      }
    },
    120_000,
  )

  test('its style sheet applies, and its charts take the colours of the theme', async () => {
    const colour = `getComputedStyle(document.querySelector('svg.chart [fill="var(--c-production)"]')).fill`
    expect(await (await open('drifted', 1440)).evaluate(colour)).toBe('rgb(0, 114, 178)')
    const dark = await open('drifted', 1440, 'dark')
    expect(await dark.evaluate(colour)).toBe('rgb(86, 180, 233)')
    await dark.emulateMedia({ media: 'print' })
    expect(await dark.evaluate(colour), 'paper is always light').toBe('rgb(0, 114, 178)')
  })

  test('a name in the table leads to its part, also to one that is folded', async () => {
    const page = await open('wide', 1440)
    await page.getByRole('link', { name: 'feature 1', exact: true }).click()
    await expect
      .poll(() => page.evaluate(`document.querySelector(location.hash).closest('details').open`))
      .toBe(true)
  })

  test.each(NAMES)(
    '%s prints on A4 without a clipped table',
    async (name) => {
      const page = await open(name, PAPER)
      await page.emulateMedia({ media: 'print' })
      const clipped = `[...document.querySelectorAll('table, svg.chart, h1, p, dd')].filter((one) => one.getClientRects().length > 0 && (one.getBoundingClientRect().right > document.documentElement.clientWidth + 1 || one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && one.tagName === 'TABLE')).map((one) => one.outerHTML.slice(0, 200))`
      expect(await page.evaluate(clipped)).toEqual([])
      const pdf = (await page.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1')
      const pages = pdf.split(/\/Type\s*\/Page\b/).length - 1
      const [least, most] = { drifted: [2, 5], clean: [1, 2], hostile: [4, 14], wide: [10, 30], model: [2, 7] }[name]! // prettier-ignore
      expect(pages).toBeGreaterThanOrEqual(least)
      expect(pages).toBeLessThanOrEqual(most)
    },
    60_000,
  )
})

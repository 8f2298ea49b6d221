/** The pages over a model whose data break: from the alert to the rows behind it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser, expectAccessible, expectFits, setLook, settled, startBrowser, type Browser } from '../support/pages/browser.ts' // prettier-ignore
import { THEMES } from '../support/pages/picture.ts'
import { BROKEN_END, brokenService, HOSTILE } from '../support/samples/quality-service.ts'
import type { TestService } from '../support/service.ts'

const PATIENT = { timeout: 20_000 }

describeBrowser('data quality on the dashboard', () => {
  let service: TestService
  let browser: Browser
  let alert: { id: string; members: { column: string; finding?: string }[] }
  beforeAll(async () => {
    service = await brokenService()
    browser = await startBrowser()
    const { body } = await service.call('GET', '/alerts?model=m&status=firing')
    alert = body.alerts.find(({ kind }: { kind: string }) => kind === 'data')
  }, 180_000)
  afterAll(async () => {
    await browser.close()
  })

  test('an alert leads to the rows behind each of its findings', async () => {
    const page = await browser.open(`${service.url}/alerts`)
    await page.getByRole('link', { name: 'Data problem in m' }).click()
    await page.getByRole('heading', { level: 1, name: 'Data problem in m' }).waitFor()
    await settled(page)
    await page.getByRole('heading', { name: 'Findings' }).waitFor()
    expect(await page.locator('main').innerText()).not.toMatch(/drift/i)
    await page.getByRole('link', { name: 'carrier: missing values' }).click()
    await page.getByRole('heading', { level: 1, name: 'carrier' }).waitFor()
    await settled(page)
    const url = new URL(page.url())
    expect([url.hash, url.searchParams.get('finding'), url.searchParams.get('at')]).toEqual(['#data-quality', 'missing', BROKEN_END.toISOString()]) // prettier-ignore
    const panel = page.getByRole('region', { name: 'Data quality', exact: true })
    const top = async () => (await panel.boundingBox())?.y ?? Infinity
    await expect.poll(top, PATIENT).toBeLessThan(120)
    expect(await top()).toBeGreaterThanOrEqual(0)
    await panel.getByText('240 of 960 rows').waitFor()

    await panel.getByRole('button', { name: 'Show rows: unseen categories' }).click()
    const values = panel.getByRole('region', { name: 'Offending values' })
    await values.getByText(HOSTILE, { exact: true }).waitFor()
    expect(new URL(page.url()).searchParams.get('finding')).toBe('unseen')
    const rows = panel.getByRole('region', { name: 'Newest affected rows' })
    expect(await rows.getByRole('button').count()).toBe(5)
    await rows.getByRole('button').first().click()
    const copied = await page.evaluate<string>('navigator.clipboard.readText()')
    const { body } = await service.call('GET', `/models/m/offending?finding=unseen&column=carrier&at=${BROKEN_END.toISOString()}`) // prettier-ignore
    expect(copied).toBe(body.examples[0].id)
    expect(copied.startsWith(HOSTILE)).toBe(true)
    await page.close()
  })

  test('the chart of an alert leads to the column with its findings, by an address of what is shown alone', async () => {
    const page = await browser.open(`${service.url}/alerts/${alert.id}`)
    const button = page.getByRole('link', { name: 'Open column' })
    const { hash, searchParams } = new URL((await button.getAttribute('href'))!, service.url)
    expect([hash, searchParams.get('kind')]).toEqual(['#data-quality', 'feature'])
    expect([...searchParams.keys()].sort()).toEqual(['at', 'finding', 'from', 'kind', 'monitor', 'to'])
    await button.click()
    await page.getByRole('region', { name: 'Data quality', exact: true }).waitFor()

    await page.goto(`${service.url}/models/m`)
    const table = page.getByRole('table').filter({ has: page.getByRole('columnheader', { name: 'Largest' }) })
    const link = table.getByRole('link', { name: 'carrier', exact: true })
    await link.scrollIntoViewIfNeeded()
    const address = new URL((await link.getAttribute('href'))!, service.url)
    expect([...address.searchParams.keys()].sort()).toEqual(['from', 'kind', 'monitor', 'to'])
    await page.close()
  })

  test('the link in a message opens the window of the finding', async () => {
    const { chartPath } = await import('../../alerts/message/links.ts')
    const member = { kind: 'data', segment: '', version: '', severity: 'critical' as const, since: '', ...alert.members.find(({ column }) => column === 'age')! } // prettier-ignore
    const path = chartPath({ model: 'm', monitor: 'daily', windowEnd: BROKEN_END }, member)
    const page = await browser.open(service.url + path)
    const panel = page.getByRole('region', { name: 'Data quality', exact: true })
    await panel.getByText('25% of rows are below the declared minimum of 0; none is tolerated.').waitFor()
    await panel.getByText('Declared: at least 0, at most 120.').waitFor()
    await panel.getByText('240 below the declared minimum.').waitFor()
    await panel.getByRole('region', { name: 'Offending values' }).getByText('-1', { exact: true }).waitFor()
    await page.close()
  })

  test('unusable values are shown as they were received', async () => {
    const page = await browser.open(`${service.url}/models/m/columns/distance?kind=feature`)
    const panel = page.getByRole('region', { name: 'Data quality', exact: true })
    await panel.getByRole('region', { name: 'Values as they were received' }).getByText('"12 km"').waitFor()
    await page.close()
  })

  test('the model page has columns by finding, the worst first, and what is wrong with all data', async () => {
    const page = await browser.open(`${service.url}/models/m`)
    await settled(page)
    const panel = page.getByRole('region', { name: 'Data quality', exact: true })
    const table = panel.getByRole('region', { name: 'Columns by finding' })
    await expect.poll(() => table.locator('tbody tr').count(), PATIENT).toBe(4)
    expect(await table.getByRole('row', { name: /^distance/ }).innerText()).toContain('25%')
    await panel.getByText('Names and rows').click()
    const names = panel.getByRole('region', { name: 'Offending values' })
    await names.getByText(HOSTILE, { exact: true }).waitFor()
    await names.getByText('distanse', { exact: true }).waitFor()
    const drift = page.getByRole('region', { name: 'Share of drifted features' })
    await drift.locator('canvas').first().waitFor()
    await panel.getByRole('button', { name: 'Show all 7 columns' }).click()
    await expect.poll(() => table.locator('tbody tr').count(), PATIENT).toBe(7)
    await page.close()
  })

  test('the overview counts findings apart from drift', async () => {
    const page = await browser.open(service.url)
    await settled(page)
    const count = page.locator('dt', { hasText: 'Data findings' }).locator('xpath=following-sibling::dd')
    expect(await count.innerText()).toBe(String(alert.members.length))
    await page.close()
  })

  test('what is in order and what is not checked each look like it', async () => {
    const { status } = await service.call('POST', '/monitors', { name: 'drift-only', model: 'm', checks: ['feature'] }) // prettier-ignore
    expect(status).toBe(201)
    const page = await browser.open(`${service.url}/models/m?monitor=drift-only`)
    const panel = page.getByRole('region', { name: 'Data quality', exact: true })
    await panel.getByText('Data quality is not checked').waitFor()
    await panel.getByText(`"checks":["feature","quality"]`).waitFor()
    await page.setViewportSize({ width: 360, height: 740 })
    await expectFits(page, 'data quality that is not checked')
    const before = new Date(BROKEN_END.getTime() - 86_400_000).toISOString()
    await page.goto(`${service.url}/models/m?monitor=daily&from=2026-01-20T00:00:00Z&to=${before}`)
    await panel.getByText('Nothing is wrong').waitFor()
    await service.call('POST', '/monitors', { name: 'quality-only', model: 'm', checks: ['quality'] })
    await page.goto(`${service.url}/models/m?monitor=quality-only`)
    await panel.getByText('No windows were checked in this period').waitFor()
    await page.getByRole('heading', { name: 'Drift by column and window' }).waitFor({ state: 'detached' })
    await page.close()
    for (const name of ['drift-only', 'quality-only'])
      expect((await service.call('DELETE', `/monitors/${name}`)).status).toBeLessThan(300)
  })

  test.each(THEMES)(
    'accessible, and as wide as a phone, %s',
    async (scheme) => {
      const own = await startBrowser({ width: 1280, height: 900 }, scheme)
      const page = await own.open('about:blank')
      for (const path of [
        '/',
        '/models/m',
        '/models/m/columns/carrier?kind=feature&finding=unseen',
        `/alerts/${alert.id}`,
      ]) {
        await page.goto(service.url + path)
        await setLook(page, 1280, scheme)
        await expectAccessible(page, `${path} ${scheme}`)
        await page.setViewportSize({ width: 360, height: 740 })
        await expectFits(page, `${path} on a phone`)
      }
      expect(own.faults).toEqual([])
      await own.close()
    },
    90_000,
  )

  test('no page made an error', () => {
    expect(browser.faults).toEqual([])
  })
})

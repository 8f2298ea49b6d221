/** A feature that is served in another unit than it is trained on: from what was sent to the alert and the panel. */
import { mkdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { monitorSchema } from '../../control/declared/monitor.ts'
import { chosenReference } from '../../detectors/run/run.ts'
import { createWindowBatch } from '../../service/schedule/window-batch.ts'
import { rows } from '../../store/engine/query.ts'
import { describeBrowser, expectAccessible, expectFits, setLook, settled, startBrowser, type Browser } from '../support/pages/browser.ts' // prettier-ignore
import { THEMES } from '../support/pages/picture.ts'
import { countHours, DAY, HISTORY_DAYS, model, openQualityModel, sendDay, START } from '../support/samples/quality-model.ts' // prettier-ignore
import { HOSTILE } from '../support/samples/quality-service.ts'
import { testService, type TestService } from '../support/service.ts'

const END = new Date(START + (HISTORY_DAYS + 2) * DAY)
const PATIENT = { timeout: 20_000 }

/** Predictions of two days; on the second, half of the distances are served in kilometres, and a category is mangled. */
async function skewedService(): Promise<TestService> {
  const service = await testService()
  const { store } = service
  await openQualityModel(store)
  const declared = { name: 'daily', model: 'm', checks: ['quality'], window: '24h', every: '24h', alert: { fire: '1 of 1' } } // prettier-ignore
  expect((await service.call('POST', '/monitors', declared)).status).toBe(201)
  let sent = 0
  await sendDay(store, HISTORY_DAYS)
  await sendDay(store, HISTORY_DAYS + 1, undefined, { id: () => `${HOSTILE} ${sent++}` })
  const served = await rows<{ id: string; at: number; distance: number; carrier: string }>(
    store.read,
    `SELECT id, toUnixTimestamp(ts) AS at, f_distance AS distance, f_carrier AS carrier FROM predictions_m FINAL
     WHERE ts >= toDateTime(${END.getTime() / 1000 - 2 * 86400}, 'UTC')`,
  )
  const reference = served.map(({ id, at, distance, carrier }, i) => ({
    id,
    ts: at,
    features: {
      distance: id.startsWith(HOSTILE) && i % 2 ? distance / 1.6 : distance,
      carrier: id.startsWith(HOSTILE) && i % 40 === 0 ? HOSTILE : carrier,
    },
  }))
  const answer = await service.call('POST', '/models/m/reference-features', [...reference, { id: 'nobody', ts: END.getTime() - 1, features: {} }]) // prettier-ignore
  expect(answer.body).toMatchObject({ accepted: reference.length + 1 })
  await countHours(store)
  const monitor = monitorSchema.parse(declared)
  for (const end of [new Date(END.getTime() - DAY), END]) {
    const batch = createWindowBatch({ store }, end)
    const found = await chosenReference(store, model, monitor)
    await batch.add({ model, monitor, stream: 'predictions', end, labelDelay: undefined, mode: 'live', reference: found }) // prettier-ignore
    expect(await batch.store()).toEqual([])
  }
  // Its hour is to be counted again.
  expect((await service.call('POST', '/models/m/reference-features', [reference[0]])).body).toMatchObject({ accepted: 1 }) // prettier-ignore
  return service
}

describeBrowser('skew on the dashboard', () => {
  let service: TestService
  let browser: Browser
  beforeAll(async () => {
    service = await skewedService()
    browser = await startBrowser()
  }, 180_000)
  afterAll(() => browser.close())

  const panelOf = async (path: string) => {
    const page = await browser.open(service.url + path)
    await settled(page)
    return { page, panel: page.getByRole('region', { name: 'Training–serving skew', exact: true }) }
  }

  test('an alert leads to the column, its share and the rows with both values', async () => {
    const { page, panel } = await panelOf('/alerts')
    await page.getByRole('link', { name: 'Data problem in m' }).click()
    const pairs = page.getByRole('region', { name: 'Training–serving skew of distance' }).getByRole('region', { name: 'Newest differing rows' }) // prettier-ignore
    await pairs.getByRole('button').first().waitFor(PATIENT)
    expect(await pairs.getByRole('button').count()).toBe(5)
    await settled(page)
    await expectAccessible(page, 'alert of skew')
    await expectFits(page, 'alert of skew')
    const shown = (await pairs.getByRole('row').nth(1).getByRole('cell').allTextContents()).map((text) => text.trim()) // prettier-ignore
    await page.getByRole('link', { name: 'distance: training-serving skew' }).click()
    await page.getByRole('heading', { level: 1, name: 'distance' }).waitFor()
    await settled(page)
    const quality = page.getByRole('region', { name: 'Data quality', exact: true })
    await quality.getByText(/50% of 960 rows were served with a value other than the one computed offline/).waitFor(PATIENT) // prettier-ignore
    await quality.getByText('480 of 960 rows').waitFor(PATIENT)
    await panel.getByText('480 of 1,920 compared rows').waitFor(PATIENT)
    await panel.getByText(/Mean difference \+/).waitFor()
    await panel.getByText('Reference rows without a stored prediction: 1 row of this period.').waitFor() // prettier-ignore
    await panel.getByText('1 hour of this period is still being counted.').waitFor()
    const examples = panel.getByRole('region', { name: 'Newest differing rows' })
    expect(await examples.getByRole('button').count()).toBe(5)
    const { body } = await service.call('GET', `/models/m/skew?column=distance&from=2026-01-20&to=${END.toISOString()}`) // prettier-ignore
    const [{ id, served, reference }] = body.columns[0].examples
    expect(id.startsWith(HOSTILE)).toBe(true)
    expect(shown.slice(2)).toEqual([served, reference])
    await examples.getByText(served, { exact: true }).waitFor()
    await examples.getByText(reference, { exact: true }).waitFor()
    await examples.getByRole('button').first().click()
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(id)
    await page.close()
  })

  test('hostile text is shown as it is', async () => {
    const { page, panel } = await panelOf('/models/m/columns/carrier?kind=feature')
    const examples = panel.getByRole('region', { name: 'Newest differing rows' })
    await examples.getByText(HOSTILE, { exact: true }).first().waitFor(PATIENT)
    await page.close()
  })

  test('the model page has a share of skew by column', async () => {
    const { page } = await panelOf('/models/m')
    const table = page.getByRole('region', { name: 'Columns by finding' })
    const row = table.getByRole('row', { name: /^distance/ })
    await row.waitFor(PATIENT)
    expect(await row.innerText()).toMatch(/training-serving skew[\s\S]*50%/)
    await table.getByRole('columnheader', { name: 'Skew' }).waitFor()
    await page.close()
  })

  test('what cannot be compared is not what is in order', async () => {
    const { page, panel } = await panelOf('/models/m/columns/age?kind=feature')
    await panel.getByText('Nothing to compare in this period').waitFor(PATIENT)
    await panel.getByText('none with a usable value for this column. 1 hour of this period is still being counted.').waitFor() // prettier-ignore
    await service.call('POST', '/models', { name: 'bare', task: 'binary', features: { "it's": 'numeric' } })
    await page.goto(`${service.url}/models/bare/columns/${encodeURIComponent("it's")}?kind=feature`)
    await panel.getByText('No reference features').waitFor(PATIENT)
    await panel.getByText(/\/api\/v1\/models\/bare\/reference-features/).waitFor()
    expect(await panel.getByRole('region', { name: /^Code/ }).innerText()).toContain(`"it'\\''s"`)
    const features = { "it's": 1 }
    for (const [kind, own] of [['predictions', { ts: Date.now(), prediction: 'yes' }], ['reference-features', {}]] as const) // prettier-ignore
      expect((await service.call('POST', `/models/bare/${kind}`, [{ id: '1', features, ...own }])).body).toMatchObject({ accepted: 1 }) // prettier-ignore
    await page.reload()
    await panel.getByText('Nothing counted in this period').waitFor(PATIENT)
    await panel.getByText('1 hour of this period is not counted: the model needs a baseline.').waitFor()
    await page.close()
  })

  test.each(THEMES)(
    'accessible, and as wide as a phone, %s',
    async (scheme) => {
      const own = await startBrowser({ width: 1280, height: 900 }, scheme)
      const page = await own.open('about:blank')
      for (const path of [
        '/models/m',
        '/models/m/columns/distance?kind=feature',
        '/models/m/columns/carrier?kind=feature',
        '/models/m/columns/age?kind=feature',
      ]) {
        await page.goto(service.url + path)
        await setLook(page, 1280, scheme)
        await expectAccessible(page, `${path} ${scheme}`)
        if (process.env.SKEW_PICTURES !== undefined) {
          mkdirSync(process.env.SKEW_PICTURES, { recursive: true })
          await page.screenshot({ path: `${process.env.SKEW_PICTURES}/${path.replace(/\W+/g, '-')}-${scheme}.png`, fullPage: true }) // prettier-ignore
        }
        await page.setViewportSize({ width: 360, height: 740 })
        await expectFits(page, `${path} on a phone`)
      }
      expect(own.faults).toEqual([])
      await own.close()
    },
    120_000,
  )
})

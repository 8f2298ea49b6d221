/** A hundred models of fifty columns on the overview. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { activateBaseline, storeBaseline } from '../../../control/declared/baselines.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { insertResults } from '../../../store/results/results.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  settled,
  startBrowser,
  type Browser,
} from '../../support/pages/browser.ts'
import { alertEvent } from '../../support/samples/alert-events.ts'
import { outcome } from '../../support/samples/results.ts'
import { testService, type TestService } from '../../support/service.ts'

const HOUR = 3_600_000
const MODELS = 100
const COLUMNS = 50
const WINDOWS = 6
const END = Math.floor(Date.now() / HOUR) * HOUR
const nameOf = (model: number) => `model-${String(model).padStart(3, '0')}`
/** Of every tenth model two columns drift. */
const drifts = (model: number, column: number) => model % 10 === 0 && column < 2

async function fill(service: TestService): Promise<void> {
  const features = Object.fromEntries(Array.from({ length: COLUMNS }, (_, i) => [`feature_${i}`, 'numeric']))
  const { control } = service.store
  for (let i = 0; i < MODELS; i++) {
    const name = nameOf(i)
    const owners = { data: i % 2 ? 'risk' : 'growth' }
    for (const [path, body] of [
      ['/models', { name, task: 'binary', features, owners }],
      ['/monitors', { name: `${name}-daily`, model: name, checks: ['feature'] }],
      [
        `/models/${name}/predictions`,
        [{ id: '1', ts: END - HOUR, features: { feature_0: 1 }, prediction: 'yes' }],
      ],
    ] as const)
      expect((await service.call('POST', path, body)).status).toBeLessThan(300)
    await storeBaseline(control, {
      model: name,
      version: 1,
      hash: `${i}`.padStart(64, '0'),
      binning: `${i}`,
      name: 'first',
      source: { file: 'first.csv' },
      rows: 1_000,
      createdAt: new Date(END).toISOString(),
    })
    await activateBaseline(control, name, 1)
  }
  await insertAlertEvents(
    control,
    Array.from({ length: MODELS / 10 }, (_, i) =>
      alertEvent(`${i}`.repeat(32), 1, {
        model: nameOf(10 * i),
        monitor: `${nameOf(10 * i)}-daily`,
        severity: 'critical',
        channels: [],
        members: [
          {
            kind: 'feature',
            column: 'feature_0',
            segment: '',
            version: '',
            severity: 'critical',
            since: new Date(END).toISOString(),
          },
        ],
      }),
    ),
  )
  for (let window = 0; window < WINDOWS; window++)
    await insertResults(
      service.store,
      Array.from({ length: MODELS * COLUMNS }, (_, i) => {
        const [model, column] = [Math.floor(i / COLUMNS), i % COLUMNS]
        return outcome({
          id: `${window * MODELS * COLUMNS + i}`.padStart(32, '0'),
          model: nameOf(model),
          monitor: `${nameOf(model)}-daily`,
          kind: 'feature',
          column: `feature_${column}`,
          windowEnd: new Date(END - window * HOUR),
          evaluatedAt: new Date(END),
          verdict: drifts(model, column) ? 'critical' : 'ok',
          effect: drifts(model, column) ? 0.5 : 0.01,
        })
      }),
    )
}

describeBrowser('the overview of a hundred models', () => {
  let service: TestService
  let browser: Browser
  beforeAll(async () => {
    service = await testService()
    await fill(service)
    browser = await startBrowser()
  }, 300_000)
  afterAll(() => browser.close())

  test('lists them worst first, and finds, filters and sorts them', async () => {
    const page = await browser.open(service.url)
    const table = page.getByRole('region', { name: 'Table of models' })
    const rows = table.getByRole('row').filter({ has: page.getByRole('link') })
    await expect.poll(() => rows.count()).toBe(MODELS)
    expect(await rows.first().getByRole('link').textContent()).toBe('model-000')
    expect(await rows.nth(9).textContent()).toContain(`2 of ${COLUMNS}`)
    await settled(page)
    await expectAccessible(page, 'a hundred models')
    await expectFits(page, 'a hundred models')

    await page.getByRole('searchbox', { name: 'Find a model' }).fill('model-04')
    await expect.poll(() => rows.count()).toBe(10)
    await page.getByLabel('State').selectOption('firing')
    await expect.poll(() => rows.count()).toBe(1)
    await page.getByRole('searchbox', { name: 'Find a model' }).fill('')
    await expect.poll(() => rows.count()).toBe(10)
    await page.getByLabel('Owner').selectOption('growth')
    await expect.poll(() => rows.count()).toBe(10)
    const address = page.url()
    const copy = await browser.open(address)
    await expect
      .poll(() => copy.getByRole('region', { name: 'Table of models' }).getByRole('link').count())
      .toBe(10)
    await copy.setViewportSize({ width: 390, height: 844 })
    await expectFits(copy, 'a hundred models on a phone')
    await copy.close()
    await page.close()
    expect(browser.faults).toEqual([])
  }, 120_000)
})

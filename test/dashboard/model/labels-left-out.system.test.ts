/** A model whose labels name the hour after their predictions: its page says so, and how to mend it. */
import { afterAll, beforeAll, test } from 'vitest'
import { describeBrowser, expectAccessible, expectFits, setLook, startBrowser, type Browser } from '../../support/pages/browser.ts' // prettier-ignore
import { THEMES } from '../../support/pages/picture.ts'
import { countHours, DAY, HISTORY_DAYS, openQualityModel, PER_HOUR, START } from '../../support/samples/quality-model.ts' // prettier-ignore
import { rows } from '../../../store/engine/query.ts'
import { testService, type TestService } from '../../support/service.ts'

const HOUR = 3_600_000
const FROM = START + (HISTORY_DAYS - 1) * DAY

describeBrowser('labels that name another hour, on the model page', () => {
  let service: TestService
  let browser: Browser
  beforeAll(async () => {
    service = await testService()
    await openQualityModel(service.store)
    const served = await rows<{ id: string; at: number }>(
      service.store.read,
      `SELECT id, toUnixTimestamp64Milli(ts) AS at FROM predictions_m FINAL
       WHERE ts >= toDateTime(${FROM / 1000}, 'UTC') AND ts < toDateTime(${(FROM + HOUR) / 1000}, 'UTC')`,
    )
    const labels = served.map(({ id, at }) => ({ id, label: 1, prediction_ts: at + HOUR }))
    await service.call('POST', '/models/m/labels', [...labels, { id: 'nobody', label: 1 }])
    await countHours(service.store)
    browser = await startBrowser()
  }, 180_000)
  afterAll(async () => {
    await browser.close()
  })

  test('it says how many do not count, and what to do', async () => {
    const period = `from=${new Date(FROM).toISOString()}&to=${new Date(FROM + DAY).toISOString()}`
    const page = await browser.open(`${service.url}/models/m?${period}`)
    const panel = page.getByRole('region', { name: 'Predictions and labels' })
    await panel.getByText('1 label is waiting for its prediction.').waitFor()
    await panel
      .getByText(
        `${PER_HOUR} labels do not count, because they name an hour in which no prediction has their id. Their predictions are in other hours: send them again without prediction_ts, or with the time of the prediction.`,
      )
      .waitFor()
    for (const theme of THEMES) {
      await setLook(page, 375, theme)
      await expectFits(page, theme)
      await expectAccessible(page, theme)
    }
    await page.close()
  })
})

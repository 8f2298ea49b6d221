import { afterAll, beforeAll, expect, test } from 'vitest'
import { followAlerts } from '../../../alerts/retraining/follow-alerts.ts'
import { recordStep } from '../../../alerts/retraining/record.ts'
import { readRetrains } from '../../../alerts/retraining/retrain.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { monitors } from '../../../control/declared/monitor.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  startBrowser,
  type Browser,
} from '../../support/pages/browser.ts'
import { firedEvent, hourAt, type Fired } from '../../support/samples/retraining.ts'
import { testService, type TestService } from '../../support/service.ts'

const pictures = process.env.SCREENSHOTS

describeBrowser('requests that wait, on the dashboard', () => {
  let browser: Browser
  let service: TestService

  beforeAll(async () => {
    service = await testService()
    const must = async (path: string, body: unknown) =>
      expect((await service.call('POST', path, body)).status, path).toBeLessThan(300)
    await must('/models', { name: 'flights', task: 'binary', features: { distance: 'numeric' } })
    const secret = 'a secret of twenty-four bytes or more'
    await must('/channels', { name: 'train', webhook: { url: 'https://ci.example.com/train', secret } })
    const retrain = { target: 'train', on: ['feature', 'label'], approval: ['concept'] }
    for (const [name, more] of [
      ['daily', { activate_baseline: { first: '24h' } }],
      ['hourly', {}],
    ] as const)
      await must('/monitors', { name, model: 'flights', retrain: { ...retrain, ...more } })
    await fire('daily', { hour: 30 })
    const [{ request }] = await readRetrains(service.store)
    for (const type of ['sending', 'sent', 'succeeded'] as const)
      await recordStep(service.store, request.id, {
        type,
        by: 'pipeline',
        comment: '',
        version: '4',
        at: new Date(),
      })
    await fire('hourly', { hour: 40, severity: 'critical' }, { hour: 40, kind: 'label' })
    await fire('daily', { hour: 41, kind: 'label' })
    await fire('daily', { hour: 42, kind: 'concept', severity: 'critical' })
    browser = await startBrowser()
  })
  afterAll(() => browser.close())

  async function fire(name: string, ...events: readonly Fired[]): Promise<void> {
    const { store } = service
    await insertAlertEvents(
      store.control,
      events.map((event) => ({ ...firedEvent({ ...event, monitor: name }), notify: false })),
    )
    const monitor = (await monitors.find(store.control, name))!
    const kinds = ['feature', 'label', 'concept']
    // Cooldowns follow real time, in which the page is looked at.
    await followAlerts({ store, monitor, windowEnd: hourAt(events[0].hour), kinds, now: new Date() })
  }

  test('say for what and until when, with all their alerts, in the words of the API', async () => {
    const page = await browser.open(`${service.url}/retrains`)
    await page.getByText('Waiting', { exact: true }).waitFor()
    expect(await page.getByRole('article').count()).toBe(3)
    const { body } = await service.call('GET', '/retrains?status=deferred')
    const [{ id, waiting, alerts }] = body.retrains
    expect(waiting).toMatchObject({ for: ['cooldown', 'daily_limit'], until: expect.any(String) })
    expect(
      alerts.map(({ monitor, kind }: Record<string, string>) => `${monitor} ${kind}`).toSorted(),
    ).toEqual(['daily label', 'hourly feature', 'hourly label'])
    const card = page.getByRole('article', { name: `Retraining ${id.slice(0, 8)}` })
    const reason = waiting.reason as string
    await card.getByText(`W${reason.slice(1)}`).waitFor()
    await card.getByRole('button', { name: 'Send now' }).waitFor()
    await card.getByText('History').click()
    await card.getByText('more alerts joined').waitFor()
    await page.getByText('Waits for approval').waitFor()
    await page
      .getByText('Baseline of the new version: waits for the first prediction of version “4”')
      .waitFor()
    await expectAccessible(page, 'requests that wait')
    await expectFits(page, 'requests that wait')
    if (pictures) await page.screenshot({ path: `${pictures}/retrain-waits-light.png`, fullPage: true })
    await page.emulateMedia({ colorScheme: 'dark' })
    await expectAccessible(page, 'requests that wait, in the dark')
    if (pictures) await page.screenshot({ path: `${pictures}/retrain-waits-dark.png`, fullPage: true })
    await page.setViewportSize({ width: 390, height: 844 })
    await expectFits(page, 'requests that wait, on a phone')
    if (pictures) await page.screenshot({ path: `${pictures}/retrain-waits-phone.png`, fullPage: true })
    await page.close()
  })

  test('are shown with each alert that is part of one', async () => {
    const { body } = await service.call('GET', '/alerts')
    const alert = body.alerts.find(
      (one: { kind: string; monitor: string }) => one.kind === 'label' && one.monitor === 'daily',
    )
    const page = await browser.open(`${service.url}/alerts/${alert.id}`)
    const panel = page.getByRole('region', { name: 'Retraining' })
    await panel.getByText('Waiting', { exact: true }).waitFor()
    if (pictures) await page.screenshot({ path: `${pictures}/retrain-alert.png`, fullPage: true })
    await page.goto(`${service.url}/models/flights`)
    await page.getByText('waits for the first prediction of version “4”').waitFor()
    if (pictures) await page.screenshot({ path: `${pictures}/retrain-model.png` })
    await page.close()
  })

  test('no page made an error', () => {
    expect(browser.faults).toEqual([])
  })
})

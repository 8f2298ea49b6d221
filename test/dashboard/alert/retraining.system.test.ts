import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventId } from '../../../alerts/state/event-id.ts'
import { followAlerts } from '../../../alerts/retraining/follow-alerts.ts'
import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { monitors } from '../../../control/declared/monitor.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  startBrowser,
  type Browser,
} from '../../support/pages/browser.ts'
import { Listener } from '../../support/retraining.ts'
import { testService, type TestService } from '../../support/service.ts'

const START = Date.UTC(2026, 0, 5)
const HOUR = 3_600_000
const pictures = process.env.SCREENSHOTS

describeBrowser('retraining on the dashboard', () => {
  let browser: Browser
  let service: TestService
  const pipeline = new Listener()
  const alert = eventId(['alert', 'daily', 'concept'], new Date(START), 'first')

  beforeAll(async () => {
    await pipeline.start()
    service = await testService(undefined, { DRIFTGAUGE_WEBHOOK_ALLOW: '127.0.0.1' })
    const must = async (path: string, body: unknown) =>
      expect((await service.call('POST', path, body)).status, path).toBeLessThan(300)
    await must('/models', { name: 'flights', task: 'binary', features: { distance: 'numeric' } })
    const webhook = {
      url: `${pipeline.url}/train?key=hunter2`,
      secret: 'a secret of twenty-four bytes or more',
    }
    await must('/channels', { name: 'train', webhook })
    await must('/monitors', {
      name: 'daily',
      model: 'flights',
      retrain: { target: 'train', on: ['feature'], approval: ['concept'], callback_within: '48h' },
    })
    await insertAlertEvents(service.store.control, [concept(alert)])
    const monitor = (await monitors.find(service.store.control, 'daily'))!
    const windowEnd = new Date(START)
    await followAlerts({ store: service.store, monitor, windowEnd, kinds: ['concept'], now: new Date() })
    browser = await startBrowser()
  })
  afterAll(async () => {
    pipeline.stop()
    await browser.close()
  })

  /** All that the worker does once a minute, and then tells. */
  const work = () => service.worker.run(new Date())

  test('a request is approved by click, sent, followed live to its success', async () => {
    const page = await browser.open(`${service.url}/alerts/${alert}`)
    const panel = page.getByRole('region', { name: 'Retraining' })
    await panel.getByText('Waiting for approval').waitFor()
    await expectAccessible(page, 'waits for approval')
    if (pictures) await page.screenshot({ path: `${pictures}/waits.png`, fullPage: true })
    await panel.getByRole('button', { name: 'Approve' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Comment').fill('The new schedule is in the data by now.')
    await expectAccessible(page, 'approve')
    if (pictures) await page.screenshot({ path: `${pictures}/approve.png` })
    await dialog.getByRole('button', { name: 'Approve' }).click()
    await panel.getByText('Being sent').waitFor()
    expect(pipeline.heard).toEqual([])
    await page.getByText('Live', { exact: true }).waitFor()
    await work()
    await panel.getByText('Sent', { exact: true }).waitFor()

    const [{ json }] = pipeline.heard
    const report = (body: unknown) =>
      service.call('POST', `/retrains/${json.data.id}/status`, body, {
        authorization: `Bearer ${json.data.callback.token}`,
      })
    await report({ status: 'running', message: 'epoch 1 of 20' })
    await panel.getByText('Running').waitFor()
    await panel.getByText('epoch 1 of 20').waitFor()
    await report({ status: 'succeeded', version: '4', message: 'AUC 0.81' })
    await panel.getByText('Succeeded').waitFor()
    await panel.getByText('version 4').waitFor()
    await panel.getByText('History').click()
    await panel.getByText('by anonymous on loopback').waitFor()
    await panel.getByText('The new schedule is in the data by now.').waitFor()
    expect(await page.content()).not.toContain('hunter2')
    await expectAccessible(page, 'succeeded')
    await expectFits(page, 'succeeded')
    if (pictures) await page.screenshot({ path: `${pictures}/succeeded.png`, fullPage: true })
    await page.close()
  })

  test('what would be sent is shown before a person asks, and then that is sent', async () => {
    const page = await browser.open(`${service.url}/alerts/${alert}`)
    const before = pipeline.heard.length
    await page.getByRole('button', { name: 'Retrain…' }).click()
    const dialog = page.getByRole('dialog')
    const shown = dialog.getByRole('region', { name: 'Request' })
    await shown.waitFor()
    const text = (await shown.textContent())!
    expect(text).toContain('"model": "flights"')
    expect(text).toContain('webhook-signature: v1,…')
    expect(text).not.toContain('hunter2')
    await expectAccessible(page, 'ask')
    if (pictures) await page.screenshot({ path: `${pictures}/ask.png` })
    expect(pipeline.heard).toHaveLength(before)
    await dialog.getByRole('button', { name: 'Retrain' }).click()
    await page.getByRole('region', { name: 'Retraining' }).getByText('Being sent').waitFor()
    await work()
    expect(pipeline.heard).toHaveLength(before + 1)
    await page.close()
  })

  test('all requests are on a page, on a phone too', async () => {
    const page = await browser.open(`${service.url}/retrains`)
    await page.getByRole('heading', { level: 1, name: 'Retraining' }).waitFor()
    await page.getByText('Succeeded').waitFor()
    expect(await page.getByRole('article').count()).toBe(2)
    await expectAccessible(page, 'all requests')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('Cancelled').waitFor()
    if (pictures) await page.screenshot({ path: `${pictures}/list.png`, fullPage: true })
    await page.setViewportSize({ width: 390, height: 844 })
    await expectFits(page, 'all requests on a phone')
    if (pictures) await page.screenshot({ path: `${pictures}/list-phone.png`, fullPage: true })
    await page.close()
  })

  test('no page made an error, nor met the content security policy', () => {
    expect(browser.faults).toEqual([])
  })
})

function concept(id: string): AlertEvent {
  const nowhere = { kind: 'concept', column: '', segment: '', version: '' }
  const since = new Date(START - 6 * HOUR).toISOString()
  return {
    ...nowhere,
    id,
    scope: 'alert',
    monitor: 'daily',
    model: 'flights',
    windowEnd: new Date(START),
    reason: 'first',
    status: 'firing',
    severity: 'critical',
    summary: 'In flights the label no longer depends on "distance" as in baseline 1 (january), since 4 Jan 2026 18:00 UTC, critical.',
    members: [{ ...nowhere, column: 'distance', severity: 'critical', since, effect: 0.41, explanation: 'Late flights rose from 22% to 32%.' }],
    baseline: 'baseline 1 (january)',
    createdAt: new Date(START),
    notify: false,
    channels: [],
  } // prettier-ignore
}

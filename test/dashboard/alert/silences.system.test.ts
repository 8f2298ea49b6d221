import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { insertDeliveries } from '../../../control/alerting/deliveries.ts'
import { findSilence, putSilence } from '../../../control/alerting/silences.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  settled,
  startBrowser,
  type Browser,
} from '../../support/pages/browser.ts'
import { testService, type TestService } from '../../support/service.ts'

/** Pictures of each page are left here where it is set. */
const pictures = process.env.SCREENSHOTS
const picture = async (page: Page, name: string) => {
  if (pictures === undefined) return
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
}

const FIRING = 'a'.repeat(32)
const INHIBITED = 'b'.repeat(32)
const OF_TWO = 'e'.repeat(32)

function event(id: string, kind: string, scope: AlertEvent['scope'] = 'alert'): AlertEvent {
  const column = kind === 'data' ? 'no_data' : 'distance'
  const summary = kind === 'data' ? 'No predictions arrived.' : 'Feature "distance" of flights has drifted.'
  const windowEnd = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000)
  const member = {
    kind,
    column,
    segment: '',
    version: '',
    severity: 'critical' as const,
    since: windowEnd.toISOString(),
  }
  return {
    id, scope, monitor: kind === 'feature' ? 'daily' : 'hourly', model: kind === 'feature' ? 'flights' : 'trains', kind,
    column: scope === 'member' ? column : '', segment: '', version: '', windowEnd, reason: scope === 'member' ? 'firing' : 'first',
    status: 'firing', severity: 'critical', summary, members: [member], baseline: 'baseline 1', createdAt: windowEnd,
    notify: scope === 'alert', channels: ['team'],
  } // prettier-ignore
}

describeBrowser('silences on the dashboard', () => {
  let browser: Browser
  let service: TestService
  beforeAll(async () => {
    service = await testService()
    for (const [model, monitor] of [['flights', 'daily'], ['trains', 'hourly']]) {
      await service.call('POST', '/models', { name: model, task: 'binary', features: { distance: 'numeric' } })
      await service.call('POST', '/monitors', { name: monitor, model })
    } // prettier-ignore
    await insertAlertEvents(service.store.control, [
      event(FIRING, 'feature'),
      event(INHIBITED, 'concept'),
      event('c'.repeat(32), 'data'),
      event('d'.repeat(32), 'data', 'member'),
      { ...event(OF_TWO, 'feature'), kind: 'label', members: ['late', 'early'].map((column) => ({ ...event(OF_TWO, 'feature').members[0], kind: 'label', column })) },
    ]) // prettier-ignore
    await insertDeliveries(service.store.control, [
      { eventId: FIRING, channel: 'team', attempt: 1, at: new Date(), status: 'given_up', error: 'HTTP 410', httpStatus: 410, latencyMs: 41 },
    ]) // prettier-ignore
    browser = await startBrowser()
  }, 120_000)
  afterAll(() => browser?.close())

  test('an alert is silenced by clicks, says so, and is told of again once the silence is ended', async () => {
    const page = await browser.open(`${service.url}/alerts/${FIRING}`)
    await page.getByRole('button', { name: 'Silence' }).click()
    const dialog = page.getByRole('dialog', { name: 'Silence' })
    await dialog.waitFor()
    expect(
      await Promise.all((await dialog.getByLabel(/^Value/).all()).map((field) => field.inputValue())),
    ).toEqual(['flights', 'daily', 'feature', 'distance'])
    await dialog.getByText('Mutes 1 finding firing now: distance in flights (feature).').waitFor()
    await expectAccessible(page, 'silence dialog')
    await picture(page, 'silence-dialog')
    await dialog.getByText('3 days').click()
    await dialog.getByLabel('Your name').fill('Ann')
    await dialog.getByLabel(/^Comment/).fill('Kilometres until Friday')
    await dialog.getByRole('button', { name: 'Silence' }).click()
    await page.getByText('Silenced by Ann').waitFor()
    await page.getByText('Kilometres until Friday').waitFor()
    await settled(page)
    await expectAccessible(page, 'silenced alert')
    await picture(page, 'alert-silenced')
    const [{ matchers, start, end }] = (await service.call('GET', '/silences')).body.silences
    expect(matchers.map(({ field, op, value }: Record<string, string>) => `${field} ${op} ${value}`)).toEqual(
      ['model = flights', 'monitor = daily', 'kind = feature', 'column = distance'],
    )
    expect(Date.parse(end) - Date.parse(start)).toBeGreaterThan(71 * 3_600_000)

    await page.goto(`${service.url}/alerts`)
    await page.getByText(/^silenced by Ann until/).waitFor()
    await page.getByTitle('no data of monitor hourly').getByText('on hold: data problem').waitFor()
    await expectAccessible(page, 'inbox')
    await expectFits(page, 'inbox')
    await picture(page, 'inbox')

    await page.goto(`${service.url}/alerts/${INHIBITED}`)
    await page.getByText('No notifications are sent while a data problem fires: No predictions').waitFor()
    await page.getByRole('link', { name: 'data problem' }).click()
    await page.waitForURL(`**/alerts/${'c'.repeat(32)}`)
    await page.goto(`${service.url}/alerts`)

    await page.getByRole('link', { name: 'silences' }).click()
    await page.getByRole('heading', { level: 1, name: 'Silences' }).waitFor()
    await page.getByText('model is flights, monitor is daily').waitFor()
    await expectAccessible(page, 'silences')
    await picture(page, 'silences')
    await page.getByRole('button', { name: 'End now' }).click()
    await page.getByText('Ended', { exact: true }).waitFor()
    await page.goto(`${service.url}/alerts/${FIRING}`)
    await settled(page)
    expect(await page.getByText('Silenced by').count()).toBe(0)
    await page.close()
  }, 120_000)

  test('an alert of which a part is silenced can be silenced; where all of it is, nothing presses and it is extended', async () => {
    const page = await browser.open(`${service.url}/alerts/${OF_TWO}`)
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    const fill = (name: string) =>
      page.evaluate<string>(
        `getComputedStyle([...document.querySelectorAll('main button')].find((one) => one.textContent.trim() === '${name}')).backgroundColor`,
      )
    const silence = (end: Date, ...matchers: object[]) =>
      service.call('POST', '/silences', { matchers: [{ field: 'kind', value: 'label' }, ...matchers], end, author: 'Ann' }) // prettier-ignore
    await button('Silence').waitFor()
    const primary = await fill('Acknowledge')
    expect(primary).not.toBe(await fill('Silence'))

    await silence(new Date(Date.now() + 3_600_000), { field: 'column', value: 'late' })
    await page.getByText('Silenced by Ann (1 of 2 columns)').waitFor()
    expect(await fill('Acknowledge')).toBe(primary)
    await picture(page, 'alert-silenced-in-part')

    const end = new Date(Date.now() + 7_200_000)
    await silence(end)
    await button('Extend silence').waitFor()
    expect(await button('Silence').count()).toBe(0)
    expect(await fill('Acknowledge')).toBe(await fill('Extend silence'))
    await picture(page, 'alert-silenced-in-full')

    await button('Extend silence').click()
    const dialog = page.getByRole('dialog', { name: 'Extend silence' })
    await dialog.getByText('Mutes 2 findings firing now', { exact: false }).waitFor()
    await expectAccessible(page, 'dialog that extends a silence')
    await picture(page, 'silence-extended')
    await dialog.getByText('1 day', { exact: true }).click()
    await dialog.getByLabel('Your name').fill('Bob')
    await dialog.getByRole('button', { name: 'Extend', exact: true }).click()
    await page.getByText('Silenced by Bob').waitFor()
    const { silenced } = (await service.call('GET', `/alerts/${OF_TWO}`)).body
    expect(Date.parse(silenced.end) - end.getTime()).toBe(24 * 3_600_000)
    await page.close()
    for (const { id } of (await service.call('GET', '/silences?state=active')).body.silences)
      await service.call('POST', `/silences/${id}/expire`, { author: 'Ann' })
  }, 120_000)

  test('a silence is made for what is to come, until a time of one’s own', async () => {
    const page = await browser.open(`${service.url}/silences`)
    await page.getByRole('button', { name: 'New silence' }).click()
    const dialog = page.getByRole('dialog', { name: 'Silence' })
    const mute = dialog.getByRole('button', { name: 'Silence' })
    await dialog.getByLabel('Value 1').fill('trians')
    await dialog.getByText('Nothing that has fired so far matches.', { exact: false }).waitFor()
    expect(await mute.isDisabled()).toBe(true)
    await dialog.getByLabel('Silence alerts that have not fired yet').check()
    await expect.poll(() => mute.isDisabled()).toBe(false)
    await dialog.getByLabel('Comparison 1').selectOption('matches')
    await dialog.getByLabel('Value 1').fill('tr*')
    await dialog.getByText('Until …').click()
    await dialog.getByLabel('Until (UTC)').fill('2020-01-01T00:00')
    await dialog.getByLabel('Your name').fill('Bob')
    await dialog.getByRole('button', { name: 'Silence' }).click()
    await dialog.getByText('end: must be in the future').waitFor()
    await dialog.getByText('1 day', { exact: true }).click()
    await dialog.getByRole('button', { name: 'Silence' }).click()
    await page.getByText('model matches tr*').waitFor()
    await page.getByText('Active', { exact: true }).waitFor()
    await page.close()
  }, 120_000)

  test('a silence that somebody else changed is not ended before the change was seen', async () => {
    const made = { matchers: [{ field: 'model', value: 'boats' }], end: new Date(Date.now() + 7_200_000).toISOString(), author: 'Ann' } // prettier-ignore
    const { id } = (await service.call('POST', '/silences', made)).body
    const page = await browser.open(`${service.url}/silences`)
    const row = page.getByRole('listitem').filter({ hasText: 'model is boats' })
    await row.waitFor()
    // Connected, it asks again only when it is told of a change.
    await page.getByText('Live', { exact: true }).waitFor()
    // In a way that the page is not told of, as by another process.
    const silence = (await findSilence(service.store.control, id))!
    await putSilence(service.store.control, { ...silence, comment: 'still needed', changedBy: 'Bob', revision: 2 }) // prettier-ignore
    await row.getByRole('button', { name: 'End now' }).click()
    await row
      .getByText('Someone else changed this after you loaded it, so your change was not made.')
      .waitFor()
    await expectAccessible(page, 'outdated silence')
    await picture(page, 'silence-outdated')
    expect((await service.call('GET', `/silences/${id}`)).body).toMatchObject({
      state: 'active',
      revision: 2,
    })

    await row.getByRole('button', { name: 'Load the current version' }).click()
    await row.getByText('still needed').waitFor()
    await row.getByText('changed by Bob').waitFor()
    expect(await row.getByRole('alert').count()).toBe(0)
    await row.getByRole('button', { name: 'End now' }).click()
    await row.getByText('Ended', { exact: true }).waitFor()
    await page.close()
  }, 120_000)

  test('an acknowledgement is taken back', async () => {
    const page = await browser.open(`${service.url}/alerts/${FIRING}`)
    await page.getByRole('button', { name: 'Acknowledge' }).click()
    await page.getByLabel('Your name').fill('Ann')
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click()
    await page.getByText('Acknowledged by Ann').waitFor()
    await page.getByRole('button', { name: 'withdraw' }).click()
    await page.getByRole('button', { name: 'Acknowledge' }).waitFor()
    await page.close()
  }, 120_000)

  test('a message that was given up is sent again', async () => {
    const page = await browser.open(`${service.url}/deliveries`)
    await page.getByText('HTTP 410').waitFor()
    await expectAccessible(page, 'failed deliveries')
    await picture(page, 'failed-deliveries')
    await page.getByRole('button', { name: 'Send again' }).click()
    await page.getByText('No failed deliveries').waitFor()
    const { deliveries } = (await service.call('GET', '/deliveries')).body
    expect(deliveries[0].status).toBe('replayed')
    await page.close()
  }, 120_000)

  test('on a phone everything fits', async () => {
    const phone = await startBrowser({ width: 360, height: 740 }, 'dark')
    for (const path of [`/alerts/${FIRING}`, '/silences', '/alerts', '/deliveries']) {
      const page = await phone.open(`${service.url}${path}`)
      await settled(page)
      await expectFits(page, path)
      await picture(page, `phone${path.replaceAll('/', '-').slice(0, 12)}`)
      await page.close()
    }
    const page = await phone.open(`${service.url}/silences`)
    await page.getByRole('button', { name: 'New silence' }).click()
    await page.getByRole('dialog').waitFor()
    await picture(page, 'phone-dialog')
    await phone.close()
    expect(phone.faults).toEqual([])
  }, 120_000)

  test('of more messages than are listed it says so', async () => {
    await insertDeliveries(
      service.store.control,
      Array.from({ length: 201 }, (_, i) => ({ eventId: FIRING, channel: `team-${i}`, attempt: 1, at: new Date(), status: 'given_up' as const, error: 'HTTP 410', httpStatus: 410, latencyMs: 41 })),
    ) // prettier-ignore
    const page = await browser.open(`${service.url}/deliveries`)
    await page.getByText('Only the first 200 are shown.', { exact: false }).waitFor()
    await page.close()
  }, 120_000)

  test('no page made an error, but for the answers 400 and 412 that were wanted', () => {
    expect(browser.faults.filter((fault) => !/400|412/.test(fault))).toEqual([])
  })
})

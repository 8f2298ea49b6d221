import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AlertEvent } from '../../../control/alerting/alert-event.ts'
import { insertAlertEvents } from '../../../control/alerting/insert-alert-events.ts'
import { apiFixture, FULL_KEY, type ApiFixture } from '../../support/api.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  setLook,
  settled,
  startBrowser,
  type Browser,
} from '../../support/pages/browser.ts'
import { picture, pictureInAll } from '../../support/pages/picture.ts'

const HOUR = 3_600_000
const HOSTILE = '<img src=x onerror="document.title=1"> {a|b} \u202e'
const SHOWN = HOSTILE.trim()

/** Alerts of this month and the one before, of which the newest of each monitor and kind is in the list. */
function alert(id: string, hoursAgo: number, extra: Partial<AlertEvent> = {}): AlertEvent {
  const windowEnd = new Date(Math.floor(Date.now() / HOUR) * HOUR - hoursAgo * HOUR)
  return {
    id: id.repeat(32),
    scope: 'alert',
    monitor: 'daily',
    model: 'shop',
    kind: 'feature',
    column: '',
    segment: '',
    version: '',
    windowEnd,
    reason: 'first',
    status: 'firing',
    severity: 'critical',
    summary: `Feature "${SHOWN}" of shop has drifted.`,
    members: [
      {
        kind: 'feature',
        column: 'x',
        segment: '',
        version: '',
        severity: 'critical',
        since: windowEnd.toISOString(),
      },
    ],
    baseline: 'baseline 1',
    createdAt: windowEnd,
    notify: false,
    channels: [],
    ...extra,
  }
}

describeBrowser('annotations and incidents on the dashboard', () => {
  let fixture: ApiFixture
  let browser: Browser
  let readKey = ''
  async function open(from: Browser, path: string, key = FULL_KEY): Promise<Page> {
    await from.context.addInitScript(`sessionStorage.setItem('driftgauge-key', ${JSON.stringify(key)})`)
    return from.open(`${fixture.service.url}${path}`)
  }
  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })
  const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
  const incidents = async () => (await fixture.call('GET', '/incidents')).body.incidents

  beforeAll(async () => {
    fixture = await apiFixture()
    readKey = (await fixture.call('POST', '/keys', { name: 'reader', scopes: ['read'] })).body.key
    const { control } = fixture.service.store
    for (const table of ['alert_states', 'deliveries', 'outbox', 'alert_events'] as const)
      await control.deleteFrom(table).execute()
    await insertAlertEvents(control, [
      alert('a', 30),
      alert('b', 29, { kind: 'label' }),
      alert('c', 28, { kind: 'concept', reason: 'first' }),
    ])
    browser = await startBrowser()
  }, 180_000)
  afterAll(() => browser?.close())

  test('what is annotated by clicks is on the charts, changed and removed', async () => {
    const page = await open(browser, '/models/shop')
    await page.getByRole('button', { name: 'Annotate' }).click()
    const dialog = page.getByRole('dialog', { name: 'Annotate' })
    await dialog.getByLabel('Text').fill(HOSTILE)
    await dialog.getByLabel('Time (UTC)').fill('2026-01-07T12:00')
    await dialog.getByLabel('Link (optional)').fill('https://ann:secret@example.com/')
    await dialog.getByLabel('Your name').fill('Ann')
    await expectAccessible(page, 'dialog of an annotation')
    await dialog.getByRole('button', { name: 'Annotate' }).click()
    await dialog.getByText('a link must not contain a user name or password').waitFor()
    await picture(page, 'annotate')
    await dialog.getByLabel('Link (optional)').fill('https://example.com/builds/7')
    await dialog.getByRole('button', { name: 'Annotate' }).click()
    await dialog.waitFor({ state: 'detached' })

    for (const name of [
      'Share of drifted features',
      'Drift by column and window',
      'Predictions and labels',
    ]) {
      const chart = region(page, name)
      const marks = chart.getByText(/^List \d+ marks?$/)
      await marks.click()
      await chart.getByText(SHOWN).waitFor()
      await chart.getByText('7 Jan 2026 12:00 UTC').first().waitFor()
    }
    await settled(page)
    await picture(page, 'annotated-model')

    const list = region(page, 'Annotations of this period')
    expect(await list.getByRole('link', { name: 'example.com' }).getAttribute('rel')).toContain('noopener')
    await list.getByRole('button', { name: /^Change/ }).click()
    const change = page.getByRole('dialog', { name: 'Change annotation' })
    await change.getByText('Holiday', { exact: true }).click()
    await change.getByLabel('Has an end').check()
    await change.getByLabel('To (UTC)').fill('2026-01-07T10:00')
    await change.getByRole('button', { name: 'Save' }).click()
    await change.getByText('must be after “from”').waitFor()
    await change.getByLabel('To (UTC)').fill('2026-01-09T00:00')
    await change.getByLabel('All models').check()
    await change.getByRole('button', { name: 'Save' }).click()
    await list.getByText(/7 Jan 2026 12:00 UTC to 9 Jan 2026 00:00 UTC · all models · by Ann/).waitFor()

    await page.goto(`${fixture.service.url}/models/shop/columns/x?kind=feature`)
    const series = page.getByRole('region').filter({ has: page.getByText('List 1 mark') })
    await series.first().getByText('Holiday').first().waitFor()
    await page.goto(`${fixture.service.url}/models/shop`)
    await list.getByRole('button', { name: /^Remove/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await list.waitFor({ state: 'detached' })
    expect(await page.title(), 'nothing of the text became code').toBe('shop · Driftgauge')
    await page.close()
  }, 120_000)

  test('alerts are grouped, assigned and judged, and the month counts them', async () => {
    const page = await open(browser, '/alerts')
    await page.getByRole('checkbox', { name: /^Choose Feature drift/ }).check()
    await page.getByRole('checkbox', { name: /^Choose Label drift/ }).check()
    await picture(page, 'alerts-chosen')
    await page.getByRole('button', { name: 'Group into an incident' }).click()
    const dialog = page.getByRole('dialog', { name: 'Start an incident' })
    expect(await dialog.getByLabel('Title').inputValue()).toBe('Label drift and feature drift in shop')
    await dialog.getByLabel('Title').fill(SHOWN)
    await dialog.getByLabel('Assignee (optional)').fill('')
    await expectAccessible(page, 'dialog of an incident')
    await dialog.getByRole('button', { name: 'Start' }).click()
    await heading(page, SHOWN).waitFor()
    await page.getByText('Nobody assigned').waitFor()
    await page.getByRole('button', { name: 'Assign to me' }).click()
    await page.locator('strong', { hasText: 'Ann' }).waitFor()
    expect(await page.getByRole('button', { name: 'Close incident' }).isDisabled()).toBe(true)

    // Another one is added on its own page.
    await page.goto(`${fixture.service.url}/alerts/${'c'.repeat(32)}`)
    await page.getByRole('button', { name: 'Add to incident…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click()
    await heading(page, SHOWN).waitFor()
    const alerts = region(page, 'Alerts')
    await expect.poll(() => alerts.getByRole('listitem').count()).toBe(3)
    await alerts.getByRole('button', { name: /^Take Concept drift/ }).click()
    await expect.poll(() => alerts.getByRole('listitem').count()).toBe(2)

    await page.getByLabel('False alarm').check()
    await page.getByLabel('Notes').fill('A test of the shop.')
    await picture(page, 'incident-open')
    await page.getByRole('button', { name: 'Close incident' }).click()
    await page.getByRole('button', { name: 'Reopen' }).waitFor()
    expect(await incidents()).toMatchObject([
      { status: 'closed', verdict: 'false_alarm', assignee: 'Ann', notes: 'A test of the shop.' },
    ])

    await page.goto(`${fixture.service.url}/incidents/by-month`)
    const table = region(page, 'Verdicts by monitor')
    const counts = (key: string) => table.locator(`[data-count="${key}"]`).textContent()
    await table.waitFor()
    expect([await counts('false_alarm'), await counts('not_judged'), await counts('true_drift')]).toEqual([
      '2',
      '1',
      '0',
    ])
    await table.getByText('0% to 65.8%').waitFor()
    await table.getByText(/2 of 2 judged were false alarms/).waitFor()
    await table.getByRole('link', { name: 'Edit daily' }).waitFor()
    await picture(page, 'by-month')
    await page.close()
  }, 120_000)

  test('what somebody else changed is not overwritten', async () => {
    const [{ id }] = await incidents()
    const page = await open(browser, `/incidents/${id}`)
    await page.getByLabel('Data fault').check()
    await fixture.call('PATCH', `/incidents/${id}`, { notes: 'Bob was here.' })
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Someone else changed this after you loaded it').waitFor()
    await page.getByRole('button', { name: 'Load the current version' }).click()
    await expect.poll(() => page.getByLabel('Notes').inputValue()).toBe('Bob was here.')
    await page.getByLabel('Data fault').check()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect.poll(async () => (await incidents())[0].verdict).toBe('data_fault')
    await page.getByRole('button', { name: 'Reopen' }).click()
    await page.getByText('The verdict counts once the incident is closed.').waitFor()
    await page.close()
  })

  test('the alert and the lists name the incident; a key that may only read sees no buttons', async () => {
    const own = await startBrowser()
    const [{ id }] = await incidents()
    await fixture.call('POST', '/annotations', { kind: 'note', text: 'seen by all', from: '2026-01-08' })
    const refused = ['Annotate', 'Start an incident', 'Add to incident…', 'Group into an incident', 'Close incident', 'Save', 'Reopen', 'Assign to me', 'Assign…', 'Change', 'Change the title', 'Remove incident…'] // prettier-ignore
    const paths = [
      ['/models/shop', 'seen by all'],
      [`/alerts/${'a'.repeat(32)}`, SHOWN],
      ['/alerts', SHOWN],
      ['/incidents', SHOWN],
      [`/incidents/${id}`, 'Bob was here.'],
      ['/incidents/by-month', 'daily'],
    ] as const
    for (const [path, text] of paths) {
      const page = await open(own, path, readKey)
      await page.getByText(text).filter({ visible: true }).first().waitFor()
      await settled(page)
      for (const name of refused)
        expect(await page.getByRole('button', { name, exact: true }).count(), `${name} on ${path}`).toBe(0)
      expect(await page.getByRole('checkbox').count(), path).toBe(0)
      expect(await page.getByRole('link', { name: 'Edit daily' }).count(), path).toBe(0)
      await page.close()
    }
    expect(own.faults).toEqual([])
    await own.close()
  }, 120_000)

  test('every page is accessible and fits, in both themes and at three widths', async () => {
    const [{ id }] = await incidents()
    for (const path of ['/models/shop', '/alerts', '/incidents', `/incidents/${id}`, '/incidents/by-month']) {
      const own = await startBrowser({ width: 390, height: 900 }, 'dark')
      const page = await open(own, path)
      for (const [width, scheme] of [
        [390, 'dark'],
        [390, 'light'],
        [1440, 'light'],
        [2200, 'dark'],
      ] as const) {
        await setLook(page, width, scheme)
        await expectAccessible(page, `${path} ${width} ${scheme}`)
        await expectFits(page, `${path} ${width}`)
      }
      expect(own.faults).toEqual([])
      await own.close()
    }
    for (const [path, name] of [
      ['/incidents', 'incidents'],
      [`/incidents/${id}`, 'incident'],
      ['/incidents/by-month', 'incidents-by-month'],
    ])
      // prettier-ignore
      await pictureInAll(name, async (own) => {
        const page = await open(own, path)
        await settled(page)
        return page
      })
  }, 240_000)

  test('no page made an error, but for the answers that were wanted', () => {
    expect(browser.faults.filter((fault) => !/400|412/.test(fault))).toEqual([])
  })
})

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertDeadLetters } from '../../store/events/dead-letters.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  settled,
  startBrowser,
  type Browser,
} from '../support/pages/browser.ts'
import { picture, inAllLooks } from '../support/pages/picture.ts'
import { testService, type TestService } from '../support/service.ts'

const START = Date.UTC(2026, 0, 5)
const KEY = 'a-key-of-sixteen-characters-or-more'
const AUTHORIZED = { authorization: `Bearer ${KEY}` }
const NASTY = '<img src=x onerror="document.title=\'owned\'">'
const LONG = `{"note":"${'0123456789'.repeat(500)}","end":1}`
const REJECTED = 600

describeBrowser('dead letters', () => {
  let browser: Browser
  let service: TestService
  let readKey = ''

  const call = (method: string, path: string, body?: unknown) => service.call(method, path, body, AUTHORIZED)
  const letters = async (query: string) =>
    (await call('GET', `/dead-letters?limit=1000&${query}`)).body.dead_letters as unknown[]
  const row = (page: Page, name: string) => page.getByRole('article', { name })

  /** A page opened with a key, as somebody has who typed it before. */
  async function open(from: Browser, key: string, path: string): Promise<Page> {
    await from.context.addInitScript(`sessionStorage.setItem('driftgauge-key', ${JSON.stringify(key)})`)
    return from.open(`${service.url}${path}`)
  }

  beforeAll(async () => {
    service = await testService(undefined, { DRIFTGAUGE_API_KEYS: KEY })
    readKey = (await call('POST', '/keys', { name: 'reader', scopes: ['read'] })).body.key
    const flights = {
      name: 'flights',
      task: 'binary',
      features: { distance: 'numeric' },
      unknown_features: 'strict',
    }
    await call('POST', '/models', flights)
    const events = Array.from({ length: REJECTED }, (_, i) => ({
      id: `p${i}`,
      ts: START + i * 60_000,
      prediction: i % 2 ? 'late' : 'early',
      features: { distance: 100 + i, origin: i % 3 ? 'ORD' : 'JFK' },
    }))
    await call('POST', '/models/flights/predictions', events)
    const common = {
      partition: 0,
      recordedAt: START,
      headers: {},
      reason: 'bad_ts',
      detail: 'a time is missing',
    }
    await insertDeadLetters(
      service.store,
      [
        { ...common, source: 'http:labels', offset: 1, model: 'flights', payload: LONG },
        { ...common, source: 'old-topic', offset: 7, model: NASTY, reason: 'unknown_model', detail: `no model ${NASTY}`, payload: `{"model":"${NASTY}","\u202ertl":1}`, headers: { trace: NASTY } },
        { ...common, source: 'old-topic', offset: 8, model: '', reason: 'not_json', detail: 'this is not JSON', payload: 'id=5;score=' },
      ],
      new Date(Date.now() - 3 * 86_400_000),
    ) // prettier-ignore
    browser = await startBrowser()
  }, 120_000)
  afterAll(() => browser?.close())

  test('are counted by reason and model, with what arrived as text', async () => {
    const page = await open(browser, KEY, '/')
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Dead letters' }).click()
    await page.getByRole('heading', { level: 1, name: 'Dead letters' }).waitFor()
    await row(page, 'Undeclared feature · flights').getByText('600 records').waitFor()
    await page.getByText('603 records, 4 causes').waitFor()
    const hostile = row(page, 'Unknown model')
    await hostile.getByText('{"model":"<img').waitFor()
    await hostile.getByText('\\u{202e}rtl').waitFor()
    await row(page, 'Not JSON · no model named').getByText('id=5;score=').waitFor()
    expect(await page.title()).toBe('Dead letters · Driftgauge')

    const long = row(page, 'Missing or invalid time')
    expect(await long.getByText('"end":1').count()).toBe(0)
    await long.getByRole('button', { name: 'Show all' }).click()
    await long.getByText('"end":1').waitFor()
    await settled(page)
    await expectAccessible(page, 'dead letters')
    await page.close()
  })

  test('are filtered by model, reason and time of the rejection; the address keeps the choice', async () => {
    const page = await open(browser, KEY, '/dead-letters')
    await page.getByRole('combobox', { name: 'Rejected' }).selectOption('In the last 24 hours')
    await page.getByText('600 records, 1 cause').waitFor()
    await page.getByRole('combobox', { name: 'Rejected' }).selectOption('At any time')
    await page.getByRole('combobox', { name: 'Model' }).selectOption('No model named')
    await page.getByText('1 record, 1 cause').waitFor()
    await page.getByRole('combobox', { name: 'Reason' }).selectOption('Unknown model')
    await page.getByText('No dead letters match these filters').waitFor()
    await expectAccessible(page, 'nothing matches')
    await page.reload()
    await page.getByText('No dead letters match these filters').waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await page.getByRole('combobox', { name: 'Model' }).selectOption(NASTY)
    await page.getByText(`no model ${NASTY}`).first().waitFor()
    await page.close()
  })

  test('a key that may only read sees them, and no button that would be refused', async () => {
    const reader = await startBrowser()
    const page = await open(reader, readKey, '/dead-letters')
    await page.getByText('replaying needs the scope “write”').waitFor()
    await row(page, 'Not JSON').getByRole('button', { name: 'Show the record' }).click()
    await row(page, 'Not JSON').getByText('old-topic:0:8').waitFor()
    expect(await page.getByRole('button', { name: /Replay/ }).count()).toBe(0)
    await expectAccessible(page, 'read only')
    await reader.close()
    expect(reader.faults).toEqual([])
  })

  test('one that cannot be replayed says why, and stays', async () => {
    const page = await open(browser, KEY, '/dead-letters')
    const hostile = row(page, 'Unknown model')
    await hostile.getByRole('button', { name: 'Show the record' }).click()
    await hostile.getByText(`Headers: trace: ${NASTY}`).waitFor()
    await hostile.getByRole('button', { name: 'Replay old-topic:0:7' }).click()
    const dialog = page.getByRole('dialog', { name: 'Replay this record?' })
    await dialog.getByText('stays here with the new reason').waitFor()
    await expectAccessible(page, 'confirmation')
    await dialog.getByRole('button', { name: 'Replay' }).click()
    await page
      .getByRole('dialog')
      .getByText(/The topic “old-topic” is not being read/)
      .waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    expect(await letters('reason=unknown_model')).toHaveLength(1)
    await page.close()
  })

  test('all of a reason are rejected again until the cause is repaired, and then are stored', async () => {
    const page = await open(browser, KEY, '/dead-letters')
    const replay = () =>
      row(page, 'Undeclared feature').getByRole('button', { name: 'Replay all 600' }).click()
    await replay()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('heading', { name: 'Replay 600 records?' }).waitFor()
    await picture(page, 'letters-confirm')
    await dialog.getByRole('button', { name: 'Replay' }).click()
    await dialog.getByRole('heading', { name: 'Replay finished' }).waitFor()
    await dialog.getByText('600 rejected again and kept').waitFor()
    await dialog.getByText('Undeclared feature · 600 records').waitFor()
    await expectAccessible(page, 'outcome')
    await picture(page, 'letters-rejected')
    await dialog.getByRole('button', { name: 'Close' }).click()

    await call('PATCH', '/models/flights', { features: { origin: 'categorical' } })
    await replay()
    await dialog.getByRole('button', { name: 'Replay' }).click()
    await dialog.getByText('600 replayed and stored').waitFor()
    await dialog.getByRole('heading', { name: 'Replay finished' }).waitFor()
    await picture(page, 'letters-replayed')
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.getByText('3 records, 3 causes').waitFor()
    expect(await row(page, 'Undeclared feature').count()).toBe(0)
    expect(await letters('reason=unknown_feature')).toEqual([])
    await page.close()
  })

  test('many are replayed with progress, and the replay can be stopped', async () => {
    const page = await open(browser, KEY, '/dead-letters')
    let answered = 0
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    await page.route('**/dead-letters/replay', async (route) => {
      const first = ++answered === 1
      if (!first) await held
      await route.fulfill({
        json: {
          replayed: 250,
          rejected: 0,
          reasons: [],
          remaining: first ? 1750 : 1500,
          next_cursor: 'next',
        },
      })
    })
    await page.getByRole('button', { name: 'Replay all 3' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Replay' }).click()
    await dialog.getByText('1,750 records to go.').waitFor()
    const bar = dialog.getByRole('progressbar', { name: 'Replayed records' })
    expect([await bar.getAttribute('value'), await bar.getAttribute('max')]).toEqual(['250', '2000'])
    await expectAccessible(page, 'progress')
    await picture(page, 'letters-progress')
    await dialog.getByRole('button', { name: 'Stop' }).click()
    release()
    await dialog.getByText('1,500 records not tried, because you stopped the replay.').waitFor()
    expect(answered).toBe(2)
    await page.close()
  })

  test('a failure to load says so and is tried again', async () => {
    const failing = await startBrowser()
    await failing.context.route('**/dead-letters/reasons**', (route) =>
      route.fulfill({ status: 400, json: { title: 'Bad request', detail: 'Out of order.', status: 400 } }),
    )
    const page = await open(failing, KEY, '/dead-letters')
    await page.getByText('Loading failed.').waitFor()
    await page.getByText('Out of order.').waitFor()
    await expectAccessible(page, 'failure')
    await failing.context.unroute('**/dead-letters/reasons**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('3 records, 3 causes').waitFor()
    await failing.close()
  })

  test('everything fits a phone, in both themes', async () => {
    await inAllLooks(
      'letters',
      async (other) => {
        const page = await open(other, KEY, '/dead-letters')
        await settled(page)
        return page
      },
      async (page, look) => {
        await expectFits(page, `dead letters, ${look}`)
        await expectAccessible(page, `dead letters, ${look}`)
      },
    )
  }, 120_000)

  test('where there are none, the page says so', async () => {
    await service.store.rollup.command({ query: 'TRUNCATE TABLE dead_letters' })
    const page = await open(browser, KEY, '/dead-letters')
    await page.getByText('Every record that arrived could be read and stored.').waitFor()
    await settled(page)
    await expectAccessible(page, 'no dead letters')
    await picture(page, 'letters-none')
    await page.close()
  })

  test('no page made an error, but for the answer 409 that was wanted', () => {
    expect(browser.faults.filter((fault) => !/409/.test(fault))).toEqual([])
  })
})

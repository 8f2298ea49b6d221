import { Webhook } from 'standardwebhooks'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { LatenessModel } from '../../cli/demo/model.ts'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  settled,
  startBrowser,
  WCAG_AA,
  type Browser,
} from '../support/pages/browser.ts'
import { startMailServer, startReceiver } from '../support/channels.ts'
import { february, FLIGHTS_MODEL, january, readFlightLog, type Flights } from '../support/samples/flights.ts'
import { expectPictures, openMail } from '../support/pages/mail-page.ts'
import { Listener } from '../support/retraining.ts'
import { testService, type TestService } from '../support/service.ts'

const KEY = 'a-key-of-sixteen-characters-or-more'
const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`
const MONITOR = {
  name: 'flights-daily',
  model: 'flights',
  checks: ['feature', 'prediction'],
  every: '24h',
  alert: { channels: ['ml-slack', 'ml-mail'] },
  retrain: { target: 'train', approval: ['feature'], activate_baseline: { first: '24h' } },
}
const pictures = process.env.SCREENSHOTS

describeBrowser('from drift in the flights to a new version that is watched', () => {
  let browser: Browser
  let service: TestService
  let flights: Flights
  let slack: Awaited<ReturnType<typeof startReceiver>>
  let mail: Awaited<ReturnType<typeof startMailServer>>
  let page: Page
  let model: LatenessModel
  let version = '1'
  let keyOfAnn = ''
  const pipeline = new Listener()

  beforeAll(async () => {
    // The clock of all but the browser, and of the library that checks how old a signature is.
    vi.useFakeTimers({ toFake: ['Date'], now: february(3) })
    slack = await startReceiver()
    mail = await startMailServer()
    await pipeline.start()
    pipeline.check = ({ body, headers }) =>
      void new Webhook(SECRET).verify(body, headers as Record<string, string>)
    service = await testService(undefined, {
      DRIFTGAUGE_API_KEYS: KEY,
      DRIFTGAUGE_WEBHOOK_ALLOW: '127.0.0.1',
      SMTP_URL: mail.url,
      SMTP_FROM: 'drift@example.com',
    })
    browser = await startBrowser()
    flights = await readFlightLog(service.store.read, february(5), february(10))
    model = flights.train(january(1), february(1))
    await must('POST', '/models', FLIGHTS_MODEL)
    await must(
      'POST',
      '/models/flights/baselines?name=january',
      flights.known(january(1), february(1), model),
    )
    await must('POST', '/channels', {
      name: 'ml-slack',
      slack: { webhook_url: `${slack.url}/services/T0/B0/x` },
    })
    await must('POST', '/channels', { name: 'ml-mail', email: { to: ['ml@example.com'] } })
    await must('POST', '/channels', {
      name: 'train',
      webhook: { url: `${pipeline.url}/train`, secret: SECRET },
    })
    await must('POST', '/monitors', MONITOR)
    keyOfAnn = (await must('POST', '/keys', { name: 'ann', scopes: ['read', 'write'] })).key
  })
  afterAll(async () => {
    vi.useRealTimers()
    await browser.close()
    pipeline.stop()
    await slack.stop()
    await mail.stop()
  })

  /** Rows are sent as lines, as a producer does. */
  async function must(method: string, path: string, body?: unknown) {
    const lines = Array.isArray(body)
    const answer = await service.call(
      method,
      path,
      lines ? body.map((row) => JSON.stringify(row)).join('\n') : body,
      {
        authorization: `Bearer ${KEY}`,
        ...(lines && { 'content-type': 'application/x-ndjson' }),
      },
    )
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
    return answer.body
  }

  /** The version in use predicts the flights of a time, after which the worker does all that is due. */
  async function goOn(from: Date, to: Date) {
    vi.setSystemTime(to.getTime() + 12 * 60_000)
    await must('POST', '/models/flights/predictions', flights.predicted(from, to, model, version))
    await service.worker.run(new Date())
  }

  const shot = async (name: string, of = page) => {
    if (pictures) await of.screenshot({ path: `${pictures}/way-${name}.png`, fullPage: true })
  }
  const posted = () => slack.received.map(({ body }) => JSON.parse(body))
  const linkOf = ({ blocks }: { blocks: { type: string; elements: { url: string }[] }[] }) =>
    blocks.find(({ type }) => type === 'actions')!.elements[0].url

  test('distances in kilometres are told of on Slack and by mail, once they are confirmed', async () => {
    for (const day of [3, 4, 5]) await goOn(february(day), february(day + 1))
    expect(slack.received).toEqual([])
    await goOn(february(6), february(7))
    const [message] = posted()
    expect(message.text).toMatch(
      /^\[critical\] Feature drift in flights: distance: Feature "distance" of flights has drifted from baseline 1 \(january\) since 6 Feb 2001 00:00 UTC \(critical\): the distribution shifted: effect 0\.\d+/,
    )
    expect(message.text).toMatch(/ Retraining [0-9a-f]{8} is waiting for your approval\.$/)
    expect(mail.mails.map(({ subject }) => subject)).toEqual([
      '[critical] Feature drift in flights: distance',
    ])
    expect(mail.mails[0].html).toContain(linkOf(message))
    expect(pipeline.heard, 'nobody has approved').toEqual([])
  })

  test.each([
    { width: 600, colorScheme: 'light' },
    { width: 600, colorScheme: 'dark' },
    { width: 360, colorScheme: 'light' },
  ] as const)('the mail can be read at $width pixels, $colorScheme', async (look) => {
    const opened = await openMail(browser, mail.mails[0].html as string, look)
    await opened.getByRole('heading', { name: 'Feature drift in flights' }).waitFor()
    await opened.getByRole('link', { name: 'Open the alert' }).waitFor()
    await expectPictures(opened, 1)
    await expectFits(opened, 'mail')
    await expectAccessible(opened, 'mail', WCAG_AA)
    await shot(`mail-${look.width}-${look.colorScheme}`, opened)
    await opened.close()
  })

  test('whoever follows the link sees why, and approves', async () => {
    vi.setSystemTime(february(7, 8.5))
    page = await browser.open(linkOf(posted()[0]))
    await page.getByLabel('API key').fill(keyOfAnn)
    await page.getByRole('button', { name: 'Open the dashboard' }).click()
    await page.getByRole('heading', { level: 1, name: 'Feature drift in flights' }).waitFor()
    await page
      .getByText(/has drifted from baseline 1 \(january\)/)
      .first()
      .waitFor()
    const retraining = page.getByRole('region', { name: 'Retraining' })
    await retraining.getByText('Waiting for approval').waitFor()
    await settled(page)
    await shot('waits')
    await retraining.getByRole('button', { name: 'Approve' }).click()
    await page.getByLabel('Comment').fill('The client sends kilometres from now on.')
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
    await retraining.getByText('Being sent').waitFor()
  })

  test('the pipeline finds the request signed, trains on the data it names, and reports', async () => {
    await service.worker.run(new Date())
    const { data } = pipeline.heard[0].json
    const report = async (body: object) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${data.callback.token}` }
      const { status } = await fetch(data.callback.url, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      })
      expect(status).toBe(200)
    }
    const retraining = page.getByRole('region', { name: 'Retraining' })
    await report({ status: 'accepted' })
    await retraining.getByText('Accepted', { exact: true }).waitFor()
    await report({ status: 'running', message: 'fitting' })
    await retraining.getByText('Running', { exact: true }).waitFor()
    expect(data.training).toEqual({
      from: february(5).toISOString(),
      to: february(7).toISOString(),
      basis: 'change_point',
      exclude: [],
    })
    vi.setSystemTime(february(7, 11))
    await must(
      'POST',
      '/models/flights/predictions',
      flights.predicted(february(7), february(7, 11), model, version),
    )
    model = flights.train(new Date(data.training.from), new Date(data.training.to))
    version = '2'
    await report({ status: 'succeeded', version })
    await retraining.getByText('Succeeded', { exact: true }).waitFor()
    await retraining.getByText('version 2').waitFor()
  })

  test('the first day of the new version becomes the baseline, and clean windows end the alert', async () => {
    await goOn(february(7, 11), february(8))
    expect((await active()).active, 'its first day is not over').toBe(1)
    await goOn(february(8), february(8, 11))
    expect(await active()).toMatchObject({
      active: 2,
      baselines: [{}, { name: 'version 2 after retraining', source: { window: { version: '2' } } }],
    })
    await goOn(february(8, 11), february(9))
    expect(posted().map(({ text }) => text)).toHaveLength(2)
    await goOn(february(9), february(10))
    expect(posted().map(({ text }) => text.split(': ')[0])).toEqual([
      '[critical] Feature drift in flights', '[critical] Feature drift in flights', '[resolved] Feature drift in flights',
    ]) // prettier-ignore
    const { id } = pipeline.heard[0].json.data
    expect(posted()[2].text).toBe(
      '[resolved] Feature drift in flights: The feature drift of flights has ended for "distance" after 4 days (it began 6 Feb 2001 00:00 UTC), ' +
        `compared with baseline 2 (version 2 after retraining); retraining ${id.slice(0, 8)} produced version "2".`,
    )
    const [first, , over] = mail.mails
    expect(over.subject).toBe('[resolved] Feature drift in flights')
    expect(over.inReplyTo).toBe(first.messageId)
    const opened = await openMail(browser, over.html as string, { width: 600, colorScheme: 'light' })
    await shot('mail-resolved', opened)
    await opened.close()
  })

  const active = () => must('GET', '/models/flights/baselines')

  test('what was found against the old baseline stays as it was', async () => {
    const period = `from=${february(3).toISOString()}&to=${february(10).toISOString()}`
    const { results } = await must('GET', `/models/flights/results?column=distance&${period}`)
    expect(results.map(({ verdict }: { verdict: string }) => verdict)).toEqual([
        'ok', 'ok', 'critical', 'critical', 'critical', 'ok', 'ok',
      ]) // prettier-ignore
  })

  test('the page, open all the while, leads to how it ended', async () => {
    await page.getByText('This is an earlier event of the alert.').waitFor()
    await shot('end-live')
    await page.getByRole('link', { name: 'Open the current state' }).click()
    await page
      .getByText(/has ended for “distance”/)
      .first()
      .waitFor()
    await page.reload()
    await page
      .getByText(/has ended for “distance”/)
      .first()
      .waitFor()
    const retraining = page.getByRole('region', { name: 'Retraining' })
    await retraining.getByText('version 2 · compared with baseline 2').waitFor()
    await retraining.getByText('History').click()
    await retraining.getByText('by key “ann”', { exact: false }).first().waitFor()
    await settled(page)
    // Where the page stands, its header lies over a button in part.
    await page.evaluate('window.scrollTo(0, 0)')
    await expectAccessible(page, 'resolved')
    await expectFits(page, 'resolved')
    await shot('resolved')
    await page.getByRole('link', { name: 'flights', exact: true }).first().click()
    await page.getByText('baseline 2 “version 2 after retraining”').waitFor()
    await settled(page)
    await shot('model')
  })

  test('no page made an error, nor met the content security policy', () => {
    // Without its key the dashboard was refused at first; and a baseline without labels has no performance.
    expect(browser.faults.filter((fault) => !/401 \(/.test(fault))).toEqual([])
  })
})

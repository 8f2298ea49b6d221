import { formatNumber } from '../../charts/format.ts'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  describeBrowser,
  expectAccessible,
  expectFits,
  hasBrowser,
  setLook,
  startBrowser,
  type Browser,
} from '../support/pages/browser.ts'
import { pictureOf } from '../support/pages/chart-picture.ts'
import { THEMES } from '../support/pages/picture.ts'
import { pagePaths } from '../support/pages/page-paths.ts'
import { locally } from '../support/runner/by-day.ts'
import { describeUnless } from '../support/runner/missing.ts'
import { ask } from '../support/ask.ts'
import { ROOT } from '../support/root.ts'

const entry = join(ROOT, 'dist/main.js')
const TEN_MINUTES = 600_000

/** The demo as people run it; the dashboard is then looked at over its data. */
let demo: ChildProcess
let stderr = ''
const lines: string[] = []
let url = ''

beforeAll(async () => {
  expect(existsSync(entry), 'run "npm run build" first').toBe(true)
  demo = spawn(process.execPath, [entry, 'demo'], { env: { ...process.env, PORT: '18080' } })
  demo.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  for await (const line of createInterface({ input: demo.stdout! })) {
    lines.push(line)
    if (line.startsWith('ready: ')) break
  }
  url = lines.at(-1)!.replace('ready: ', '')
}, TEN_MINUTES)

afterAll(async () => {
  demo.kill('SIGTERM')
  const [code] = (await once(demo, 'exit')) as [number]
  expect(code).toBe(0)
})

const api = async (path: string) => (await ask(`${url}/api/v1${path}`)).body

/** Two minutes, and without a browser nobody looks at the pages. */
const whyNoDemo = hasBrowser
  ? undefined
  : locally('there is no browser to look at the demo; REQUIRE_ALL=1 runs it', undefined)

describeUnless(whyNoDemo, 'the demo', () => {
  test('tells its story and ends with a stable ready line', async () => {
    const story = lines.join('\n')
    await expect
      .poll(() => stderr)
      .toMatch(/^(\d+% {2}2001-\d\d-\d\d\n)*Serving the dashboard until Ctrl-C\.\n$/)
    expect(story).toMatch(/^311,799 predictions, 311,799 labels/m)
    expect(story).toMatch(/^Label drift on 16 of 148 days/m)
    expect(story).toMatch(/^Found the incident \(injected: distance sent in kilometres/m)
    expect(story).toMatch(/distance drifted from 2001-04-16 to 2001-04-22, 7 days/)
    expect(story).toContain('It did not drift on any other day.')
    expect(story).toMatch(/origin drifted from 2001-06-27 to 2001-06-30, 4 days/)
    expect(story).toMatch(/^Stable on every day.*hour.*destination.*prediction.*score/m)
    expect(story).toMatch(/^Concept drift in 8 episodes/m)
    expect(story).toMatch(
      /log loss 0\.492 to 0\.588, 19\.5% worse, worse since 2001-02-22 according to Page–Hinkley/,
    )
    expect(story).toMatch(/late by origin: PHL and EWR 20\.2% to 36\.3%; ATL/)
    expect(story).toMatch(/late by hour: \[20, 23\] 29\.7% to 40\.6%/)
    expect(story).toMatch(/^\d+ alerts, sent in \d+ signed messages/m)
    // What the scores do not confirm keeps no alert open.
    expect(story).toMatch(/■ 2001-02-03 00:00 to 2001-02-16 00:00 {2}concept drift/)
    expect(story).toMatch(/■ 2001-04-17 12:00 to 2001-04-24 12:00 {2}feature drift: distance/)
    // The drift that follows from it is muted.
    expect(story).toMatch(/■ 2001-06-27 12:00 to still firing {2}data problem: origin/)
    expect(story).not.toMatch(/feature drift: origin/)
    expect(story).toMatch(/^first alert: http:\/\/127\.0\.0\.1:\d+\/alerts\/[0-9a-f]{32}$/m)
    expect(lines.at(-1)).toMatch(/^ready: http:\/\/127\.0\.0\.1:\d+$/)
  })
})

describeBrowser('the dashboard', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
    // The demo has none.
    const experiment = { name: 'v2', model: 'flights', champion: '1', challenger: 'shadow', metric: 'brier' }
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(experiment) }
    expect((await ask(`${url}/api/v1/experiments`, init)).status).toBe(201)
    const grouped = JSON.stringify({ title: 'Lower case', alerts: [(await firing()).id] })
    expect((await ask(`${url}/api/v1/incidents`, { ...init, body: grouped })).status).toBe(201)
  })
  afterAll(async () => {
    await browser.close()
  })

  const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })
  const firing = async () =>
    ((await api('/alerts?status=firing')).alerts as { id: string; kind: string; window_end: string }[]).find(
      ({ kind }) => kind === 'feature',
    )!

  test('from the overview along the firing alert to the column, with the very PSI that the API gives', async () => {
    const page = await browser.open(url)
    await page.getByRole('main').getByText('Critical').first().waitFor()
    await page.getByRole('link', { name: 'flights', exact: true }).click()
    await heading(page, 'flights').waitFor()
    await page.getByRole('link', { name: 'Feature drift' }).click()
    await heading(page, 'Feature drift in flights').waitFor()
    const alert = await firing()
    expect(new URL(page.url()).pathname).toBe(`/alerts/${alert.id}`)
    await page.getByText('categories not found in the baseline').first().waitFor()

    await page.getByRole('link', { name: 'Open column' }).click()
    await heading(page, 'origin').waitFor()
    const shown = page.locator('[data-statistic="psi"]')
    await shown.waitFor()
    const { results } = await api(
      `/models/flights/results?kind=feature&column=origin&from=2001-06-29&to=${alert.window_end}&limit=100`,
    )
    const result = results.find(({ window_end }: { window_end: string }) => Date.parse(window_end) === Date.parse(alert.window_end)) // prettier-ignore
    expect(await shown.textContent()).toBe(result.statistics.psi.toPrecision(4))
    expect(await page.locator('[data-figure="PSI"]').textContent()).toBe(formatNumber(result.statistics.psi))

    // Back and forth, and the address alone brings the same view.
    const address = page.url()
    await page.goBack()
    await heading(page, 'Feature drift in flights').waitFor()
    await page.goForward()
    await shown.waitFor()
    expect(page.url()).toBe(address)
    const copy = await browser.open(address)
    expect(await copy.locator('[data-statistic="psi"]').textContent()).toBe(
      result.statistics.psi.toPrecision(4),
    )
    await copy.close()
    await page.close()
  })

  test('a cell of the heatmap opens its column at its window', async () => {
    const page = await browser.open(`${url}/models/flights?range=180d`)
    const chart = page.getByRole('region', { name: 'Drift by column and window' }).getByRole('img')
    await pictureOf(chart)
    const box = (await chart.boundingBox())!
    await page.mouse.click(box.x + box.width / 2, box.y + 40)
    await page.waitForURL(/\/columns\//)
    const found = new URL(page.url())
    expect(found.searchParams.get('at')).toMatch(/^2001-\d\d-\d\dT(00|12):00:00/)
    await page.locator('[data-figure="PSI"]').waitFor()
    const { results } = await api(
      `/models/flights/results?column=${found.pathname.split('/').at(-1)}&kind=${found.searchParams.get('kind')}&from=2001-01-01&to=${found.searchParams.get('at')}&limit=2000`,
    )
    expect(await page.locator('[data-figure="PSI"]').textContent()).toBe(
      formatNumber(results.at(-1).statistics.psi),
    )
    await page.close()
  })

  test('acknowledging shows on another page without a reload', async () => {
    const { id } = await firing()
    const [first, second] = [await browser.open(`${url}/alerts/${id}`), await browser.open(`${url}/alerts`)]
    await second.getByText('not acknowledged').first().waitFor()
    await second.getByText('Live', { exact: true }).waitFor()
    await first.getByRole('button', { name: 'Acknowledge' }).click()
    await first.getByLabel('Your name').fill('Ada')
    await first.getByLabel(/Comment/).fill('The new booking client; a fix is on its way.')
    await first.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click()
    await first.getByText('Acknowledged by Ada').waitFor()
    await second.getByText('Ada').waitFor()
    expect((await api(`/alerts/${id}`)).acknowledged).toMatchObject({ by: 'Ada', comment: /fix/ })
    await first.close()
    await second.close()
  })

  test('by keyboard alone', async () => {
    const page = await browser.open(url)
    await page.getByRole('link', { name: 'flights', exact: true }).waitFor()
    const { keyboard } = page
    await keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content')
    await keyboard.press('g')
    await keyboard.press('a')
    await heading(page, 'Alerts').waitFor()
    await keyboard.press('g')
    await keyboard.press('o')
    await heading(page, 'Models').waitFor()
    await keyboard.press('/')
    await page.getByRole('dialog').waitFor()
    await keyboard.type('distance')
    await page.getByRole('option', { name: /distance/ }).waitFor()
    await keyboard.press('Enter')
    await heading(page, 'distance').waitFor()
    await page.locator('[data-figure="PSI"]').waitFor()
    const window = page.getByRole('heading', { name: /^Window/ })
    const newest = await window.textContent()
    await keyboard.press('[')
    await expect.poll(() => window.textContent()).not.toBe(newest)
    await keyboard.press(']')
    await expect.poll(() => window.textContent()).toBe(newest)
    await keyboard.press('Control+k')
    await page.getByRole('dialog').waitFor()
    await keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.close()
  })

  test('what is not there says so', async () => {
    const page = await browser.open(`${url}/models/none`)
    await page.getByRole('alert').getByText('There is no model “none”.').waitFor()
    await page.getByText(/^Request [0-9a-f-]{36}$/).waitFor()
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    await page.goto(`${url}/nothing/here`)
    await heading(page, 'Page not found').waitFor()
    // The browser notes the answer 404, which is what this is about.
    browser.faults.splice(0)
    await page.close()
  })

  /** The demo has none. */
  async function declaredSource(): Promise<string> {
    const source = { name: 'nightly', model: 'flights', folder: { path: '/data/scores' } }
    const answer = await fetch(`${url}/api/v1/sources`, {
      method: 'POST',
      body: JSON.stringify(source),
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.ok).toBe(true)
    return source.name
  }

  test.each(THEMES)(
    'every page is accessible and clean in the %s theme',
    async (scheme) => {
      const own = await startBrowser({ width: 1280, height: 900 }, scheme)
      const page = await own.open('about:blank')
      const { id } = await firing()
      const [{ id: incident }] = (await api('/incidents')).incidents
      const parameters: Record<string, string> = {
        model: 'flights',
        column: 'distance',
        alert: id,
        experiment: 'v2',
        incident,
        source: await declaredSource(),
      }
      const searches: Record<string, string> = {
        '/models/:model': '?range=180d',
        '/models/:model/columns/:column':
          '?kind=feature&at=2001-04-19T00:00:00Z&from=2001-04-01T00:00:00Z&to=2001-05-01T00:00:00Z',
      }
      for (const pattern of pagePaths) {
        const filled = pattern.replace(/:(\w+)/g, (_, name: string) => parameters[name])
        const path = filled + (searches[pattern] ?? '')
        await page.goto(url + path)
        await setLook(page, 1280, scheme)
        await expectAccessible(page, `${path} ${scheme}`)
        await expectFits(page, path)
        await page.setViewportSize({ width: 360, height: 740 })
        await expectFits(page, `${path} on a phone`)
      }
      expect(own.faults).toEqual([])
      await own.close()
    },
    120_000,
  )

  test('an alert shows what it was decided on, and says when its window was evaluated again', async () => {
    const alert = await firing()
    const { members } = await api(`/alerts/${alert.id}`)
    const page = await browser.open(`${url}/alerts/${alert.id}`)
    await page.getByRole('region', { name: 'Contribution of each bin' }).waitFor()
    expect(await page.getByText('was evaluated again', { exact: false }).count()).toBe(0)
    const late = Array.from({ length: 40 }, (_, i) =>
      JSON.stringify({
        id: `late-${i}`,
        ts: Date.parse(alert.window_end) - 3_600_000,
        features: { origin: 'zzz', destination: 'ATL', hour: 20, distance: 500 },
        prediction: 'on time',
        score: 0.1,
      }),
    )
    const lines = {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: late.join('\n'),
    }
    expect((await ask(`${url}/api/v1/models/flights/predictions`, lines)).status).toBe(200)
    const asOf = new Date(Date.parse(alert.window_end) + 900_000).toISOString()
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify({ asOf }) }
    expect((await ask(`${url}/api/v1/monitors/flights-daily/run`, init)).status).toBe(200)
    await page.reload()
    await page.getByText('This window was evaluated again after the alert', { exact: false }).waitFor()
    await page
      .getByText(`the alert was decided on ${formatNumber(members[0].effect)}`, { exact: false })
      .waitFor()
    await expectAccessible(page, 'alert evaluated again')
    await page.getByRole('button', { name: 'Show as it is now' }).click()
    await page.getByRole('button', { name: 'Show as decided' }).waitFor()
    await page.close()
  })

  test('no page made an error, nor met the content security policy', () => {
    expect(browser.faults).toEqual([])
  })
})

// Takes the pictures of the README from the demo: `npm run screenshots`. With a directory as its argument it takes every
// page there, in both themes and sizes.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'
import { chromiumPath } from '../test/support/pages/browser.ts'

const root = join(import.meta.dirname, '..')
const [everything] = process.argv.slice(2)
const target = everything ?? join(root, 'docs/images')
/** What the README shows. */
const WANTED = [
  'model-light-desktop',
  'model-dark-desktop',
  'column-light-desktop',
  'column-dark-desktop',
  'alert-light-phone',
  'alert-dark-phone',
]
/** The last panel that the README shows of a long page. */
const LAST = { model: 'Performance', column: 'Contributions to PSI' }
const MARGIN = 20
const given = process.env.DRIFTGAUGE_URL

/** The address of a demo that has told its story. */
async function startDemo() {
  if (given) return { url: given, stop() {} }
  const demo = spawn(process.execPath, [join(root, 'dist/main.js'), 'demo'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: demo.stdout })) {
    if (line.startsWith('ready: ')) return { url: line.slice(7), stop: () => demo.kill() }
  }
  throw new Error('the demo ended before it was ready')
}

const BUSY = `document.querySelector('[aria-busy="true"], .animate-pulse') !== null`
const SIZES = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
}

/** The page from its top to the end of a panel. */
async function downTo(page, panel) {
  const { y, height } = await page.getByRole('region', { name: panel, exact: true }).boundingBox()
  return { x: 0, y: 0, width: page.viewportSize().width, height: Math.round(y + height + MARGIN) }
}

const { url, stop } = await startDemo()
const profile = mkdtempSync(join(tmpdir(), 'driftgauge-screenshots-'))
try {
  const { alerts } = await (await fetch(`${url}/api/v1/alerts?status=firing`)).json()
  const [alert] = alerts
  const at = '2001-04-19T00:00:00Z'
  const pages = {
    overview: '/',
    model: '/models/flights?range=180d',
    column: `/models/flights/columns/distance?kind=feature&at=${at}&from=2001-04-01T00:00:00Z&to=2001-05-06T00:00:00Z`,
    alerts: '/alerts',
    alert: `/alerts/${alert.id}`,
  }
  mkdirSync(target, { recursive: true })
  for (const theme of ['light', 'dark']) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      const browser = await chromium.launchPersistentContext(join(profile, `${theme}-${size}`), {
        executablePath: chromiumPath,
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
        viewport,
        colorScheme: theme,
        deviceScaleFactor: 2,
        timezoneId: 'UTC',
        reducedMotion: 'reduce',
      })
      for (const [subject, path] of Object.entries(pages)) {
        const name = `${subject}-${theme}-${size}`
        if (everything === undefined && !WANTED.includes(name)) continue
        const page = await browser.newPage()
        await page.goto(url + path)
        await page.locator('h1').first().waitFor()
        // Not waitForFunction, which the page's policy does not let evaluate.
        while (await page.evaluate(BUSY)) await page.waitForTimeout(50)
        // A picture of the whole page is like one on paper: charts far below are drawn too.
        await page.evaluate("dispatchEvent(new Event('beforeprint'))")
        await page.waitForTimeout(500)
        const last = everything === undefined && size === 'desktop' ? LAST[subject] : undefined
        await page.screenshot({
          path: join(target, `${name}.png`),
          fullPage: size === 'desktop',
          ...(last !== undefined && { clip: await downTo(page, last) }),
        })
        await page.close()
      }
      await browser.close()
    }
  }
} finally {
  stop()
  rmSync(profile, { recursive: true, force: true })
}

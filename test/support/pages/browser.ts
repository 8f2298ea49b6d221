import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Browser as Chromium, type BrowserContext, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { atEnd } from '../runner/at-end.ts'
import { describeUnless } from '../runner/missing.ts'

/** Where a browser is, by the variable CHROMIUM or in the usual places. The one without windows takes less CPU. */
export const chromiumPath = [process.env.CHROMIUM, '/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
) // prettier-ignore

export const hasBrowser = chromiumPath !== undefined

/** `describe` for tests that need a browser: see {@link describeUnless} where there is none. */
export function describeBrowser(name: string, tests: () => void): void {
  describeUnless(hasBrowser ? undefined : 'no Chromium found; set CHROMIUM to one', name, tests)
}

/**
 * For the address bar of every new window, Chromium renders pages of its own, which takes longer than most of ours. The
 * others are Playwright's, whose flag this one replaces.
 */
const WITHOUT = [
  'WebUIOmniboxPopup', 'WebUIOmniboxAimPopup',
  'AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'LensOverlay', 'MediaRouter',
  'HttpsFirstBalancedModeAutoEnable', 'OptimizationHints', 'PaintHolding', 'ThirdPartyStoragePartitioning',
] // prettier-ignore
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', `--disable-features=${WITHOUT.join()}`,
] // prettier-ignore

export interface Browser {
  context: BrowserContext
  /** A page in its own tab; what goes wrong on it is noted. */
  open(url: string): Promise<Page>
  /** Errors, refused requests of the content security policy and failed requests of every page so far. */
  faults: string[]
  close(): Promise<void>
}

let running: Promise<Chromium> | undefined

/** One process for all test files of ours: starting it takes longer than most tests of a page. It ends with us. */
async function sharedChromium(): Promise<Chromium> {
  running ??= chromium.launch({
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
    args: FLAGS,
  })
  const started = await running
  if (started.isConnected()) return started
  running = undefined
  return sharedChromium()
}

/** A browser with an empty profile, closed after the test file at the latest. Times are in UTC, motion is reduced. */
export async function startBrowser(
  viewport = { width: 1280, height: 900 },
  colorScheme: 'light' | 'dark' = 'light',
): Promise<Browser> {
  const shared = await sharedChromium()
  const context = await shared.newContext({
    viewport,
    colorScheme,
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  atEnd(() => context.close())
  context.setDefaultTimeout(60_000)
  const faults: string[] = []
  return {
    context,
    faults,
    async open(url) {
      const page = await context.newPage()
      page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`))
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(`${page.url()}: ${message.text()}`)
      })
      await page.goto(url)
      return page
    },
    close: () => context.close(),
  }
}

/** For what stands within a page that is not ours, such as a mail. */
export const WCAG_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const RULES = [...WCAG_AA, 'best-practice']
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Resolves once the page has its heading and nothing is loading. */
export async function settled(page: Page): Promise<void> {
  const isSettled = `document.querySelector('h1') !== null && document.querySelector('[aria-busy="true"]') === null`
  await expect.poll(() => page.evaluate(isSettled), { timeout: 30_000 }).toBe(true)
}

/** Shows the page in a window of this width and in this theme, without loading it again; resolves as {@link settled}. */
export async function setLook(page: Page, width: number, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.setViewportSize({ width, height: 900 })
  await page.emulateMedia({ colorScheme })
  await expect.poll(() => page.evaluate('document.documentElement.dataset.theme')).toBe(colorScheme)
  await settled(page)
}

/** Fails where something stays wider than the screen, so that the page scrolls sideways. Charts take a frame to follow. */
export async function expectFits(page: Page, where: string): Promise<void> {
  const excess = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  await expect
    .poll(() => page.evaluate<number>(excess), { message: `${where}: pixels wider than the screen` })
    .toBeLessThanOrEqual(0)
}

/** What depends on the theme alone; everything else is the same where the page is. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']
/** Colours, as charts have them, and the numbers by which elements are told apart. */
const VARYING = /#[\da-f]{3,8}\b|rgba?\([^)]*\)|\b(?:zr|ec_|c)\d+\b/gi
const checked = new Set<string>()

/**
 * Fails with what axe finds against WCAG 2.2 AA and good practice on the page as it stands. Of a page that has passed in
 * another theme, with the same content and width, only colours are looked at.
 */
export async function expectAccessible(page: Page, where: string, rules = RULES): Promise<void> {
  const moving = await page.evaluate<number>('document.getAnimations().length')
  expect(moving, `${where}: animations, although reduced motion is asked for`).toBe(0)
  // The page's policy lets no script in from outside; the debugger is not bound by it.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe)
  const shown = await page.evaluate<string>('`${innerWidth} ${document.body.innerHTML}`')
  const content = createHash('sha256')
    .update(rules.join())
    .update(shown.replace(VARYING, ''))
    .digest('base64')
  const runOnly = checked.has(content)
    ? { type: 'rule', values: COLOUR_RULES }
    : { type: 'tag', values: rules }
  const violations = await page.evaluate<unknown[]>(`
    axe.run(document, {
      runOnly: ${JSON.stringify(runOnly)},
      // Of what is in order it would describe every element, which takes longer than finding what is not.
      resultTypes: ['violations'],
    }).then(({ violations }) =>
      violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => [html, failureSummary]),
      })))`)
  expect(violations, where).toEqual([])
  checked.add(content)
}

import type { Browser, CDPSession, Page, Request, Route } from 'playwright-core'

/** What a page takes from the main thread once its data came, in milliseconds of CPU. */
export interface MainThread {
  /** Running JavaScript. */
  script: number
  /** Everything: JavaScript, styles, layout, painting. */
  all: number
  /** The longest task by the clock, which is how long a click may have to wait; 0 if none took 50 ms. */
  longest: number
}

const API = '**/api/v1/**'
/** A page on which nothing happens for so long has done what it does. */
const QUIET_MS = 600
const IS_BUSY = `document.querySelector('[aria-busy="true"], .animate-pulse') !== null`
const OBSERVE = `
  window.longTasks = []
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.longTasks.push([startTime, duration])
  }).observe({ type: 'longtask', buffered: true })`

/**
 * Opens a page, keeps what the API answers from it until its own code has loaded and is idle, and counts what the main
 * thread does from then on.
 */
export async function measurePage(browser: Browser, url: string): Promise<MainThread> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
  try {
    const release = await holdAnswers(page)
    const files = filesUnderWay(page)
    await page.addInitScript(OBSERVE)
    const session = await page.context().newCDPSession(page)
    // Of the thread: what else runs on the machine counts little.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    await page.goto(url)
    await quiet(page, session, files)
    const before = await durations(session)
    const since = await page.evaluate<number>('performance.now()')
    await release()
    await quiet(page, session, files)
    while (await page.evaluate<boolean>(IS_BUSY)) await quiet(page, session, files)
    const after = await durations(session)
    const tasks = await page.evaluate<[start: number, duration: number][]>('window.longTasks')
    return {
      script: after.script - before.script,
      all: after.all - before.all,
      longest: Math.max(0, ...tasks.filter(([start]) => start >= since).map(([, duration]) => duration)),
    }
  } finally {
    await page.close()
  }
}

/** Keeps answers of the API back until it is called, from when on all pass. */
async function holdAnswers(page: Page): Promise<() => Promise<void>> {
  const held: Route[] = []
  let isOpen = false
  await page.route(API, async (route) => {
    if (isOpen) await route.continue()
    else held.push(route)
  })
  return async () => {
    isOpen = true
    await Promise.all(held.map((route) => route.continue()))
  }
}

/** What the page loads of its own code, as long as it does. */
function filesUnderWay(page: Page): ReadonlySet<Request> {
  const files = new Set<Request>()
  page.on('request', (request) => {
    if (!request.url().includes('/api/v1/')) files.add(request)
  })
  page.on('requestfinished', (request) => void files.delete(request))
  page.on('requestfailed', (request) => void files.delete(request))
  return files
}

async function durations(session: CDPSession): Promise<{ script: number; all: number }> {
  const { metrics } = await session.send('Performance.getMetrics')
  const of = (wanted: string) => 1000 * (metrics.find(({ name }) => name === wanted)?.value ?? 0)
  return { script: of('ScriptDuration'), all: of('TaskDuration') }
}

/** Resolves once the main thread has done next to nothing for a while, and all code has loaded. */
async function quiet(page: Page, session: CDPSession, files: ReadonlySet<Request>): Promise<void> {
  await page.waitForLoadState('load')
  for (let last = -Infinity; ;) {
    const { all } = await durations(session)
    if (all - last < IDLE_MS && files.size === 0) return
    last = all
    await page.waitForTimeout(QUIET_MS)
  }
}
/** What the clock of the page and this very measuring take in that time. */
const IDLE_MS = 15

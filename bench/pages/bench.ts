import { chromium, type Browser } from 'playwright-core'
import { chromiumPath } from '../../test/support/pages/browser.ts'
import { withWidePage } from '../dashboard.ts'
import { markdownTable } from '../markdown-table.ts'
import type { BenchOptions } from '../options.ts'
import { print } from '../support.ts'
import { demoPages, openDemo } from './demo.ts'
import { measurePage, type MainThread } from './measure.ts'

const RUNS = 3
/** What a page's JavaScript may take once its data came. */
const AIM_MS = 100

/** What each page takes from the main thread of a browser once its data came, with the demo's data. */
export async function benchPages({ tiny, only, runs = RUNS }: BenchOptions): Promise<void> {
  if (tiny) return withWidePage((url, path) => measureAll(url, { model: path }, 1), { tiny })
  const { url, stop } = await openDemo()
  try {
    const pages = Object.entries(await demoPages(url)).filter(([name]) => name.includes(only ?? ''))
    await measureAll(url, Object.fromEntries(pages), runs)
  } finally {
    stop()
  }
}

async function measureAll(url: string, pages: Record<string, string>, runs: number): Promise<void> {
  const browser = await chromium.launch({
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  })
  try {
    const rows = [['page', 'JavaScript, ms of CPU', 'all, ms of CPU', 'longest task, ms', '']]
    for (const [name, path] of Object.entries(pages)) {
      const { script, all, longest } = await best(browser, `${url}${path}`, runs)
      rows.push([name, ...[script, all, longest].map((ms) => ms.toFixed(0)), script > AIM_MS ? 'over' : ''])
    }
    print(`Main thread of each page once its data came, best of ${runs}; aim for JavaScript: ${AIM_MS} ms.\n`)
    print(markdownTable(rows))
  } finally {
    await browser.close()
  }
}

/** The least of each figure: what else runs on the machine only adds. */
async function best(browser: Browser, url: string, runs: number): Promise<MainThread> {
  const found: MainThread[] = []
  for (let run = 0; run < runs; run++) found.push(await measurePage(browser, url))
  const least = (name: keyof MainThread) => Math.min(...found.map((one) => one[name]))
  return { script: least('script'), all: least('all'), longest: least('longest') }
}
